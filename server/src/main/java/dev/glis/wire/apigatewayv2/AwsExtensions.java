package dev.glis.wire.apigatewayv2;

/** Names of the members that API Gateway adds to OpenAPI documents. */
final class AwsExtensions {
    static final String PREFIX = "x-amazon-apigateway-";
    static final String INTEGRATION = PREFIX + "integration";

    /** Of components: integrations that operations refer to. */
    static final String INTEGRATIONS = PREFIX + "integrations";

    static final String AUTHORIZER = PREFIX + "authorizer";

    /** Of a security scheme that is a signature. */
    static final String AUTHORIZATION_TYPE = PREFIX + "authtype";

    static final String AUTHORIZATION = PREFIX + "auth";
    static final String CORS = PREFIX + "cors";
    static final String ANY = PREFIX + "any-method";
    static final String TAG = PREFIX + "tag-value";
    static final String VERSION = PREFIX + "importexport-version";

    /** The path of the route that takes what no other does. */
    static final String DEFAULT_PATH = "/$default";

    static final String DEFAULT_ROUTE = "isDefaultRoute";

    private AwsExtensions() {}
}
