package dev.glis.wire.sts;

import dev.glis.accounts.Principal;

/** STS's answers. */
final class StsXml {
    static final String VERSION = "2011-06-15";
    private static final String NAMESPACE = "https://sts.amazonaws.com/doc/" + VERSION + "/";

    private StsXml() {}

    static String callerIdentity(Principal principal, String requestId) {
        return """
        <GetCallerIdentityResponse xmlns="%s">
          <GetCallerIdentityResult>
            <Arn>%s</Arn>
            <UserId>%s</UserId>
            <Account>%s</Account>
          </GetCallerIdentityResult>
          <ResponseMetadata>
            <RequestId>%s</RequestId>
          </ResponseMetadata>
        </GetCallerIdentityResponse>
        """
                .formatted(
                        NAMESPACE,
                        escaped(principal.arn()),
                        escaped(principal.userId()),
                        escaped(principal.accountId()),
                        requestId);
    }

    static String error(StsError error, String message, String requestId) {
        return """
        <ErrorResponse xmlns="%s">
          <Error>
            <Type>%s</Type>
            <Code>%s</Code>
            <Message>%s</Message>
          </Error>
          <RequestId>%s</RequestId>
        </ErrorResponse>
        """
                .formatted(NAMESPACE, error.type(), error.code(), escaped(message), requestId);
    }

    /** As XML text; characters that XML cannot have become question marks. */
    private static String escaped(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.append(isText(c) ? c : '?');
            }
        }
        return out.toString();
    }

    private static boolean isText(char c) {
        return (c >= ' ' || c == '\t' || c == '\n' || c == '\r')
                && !Character.isSurrogate(c)
                && c < '\ufffe';
    }
}
