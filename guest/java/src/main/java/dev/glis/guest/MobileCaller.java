package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.Client;
import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Amazon's mobile SDKs send along with a call. */
final class MobileCaller {
    private MobileCaller() {}

    /** The caller's Cognito identity. */
    record Identity(Map<?, ?> members) implements CognitoIdentity {
        @Override
        public @Nullable String getIdentityId() {
            return text(members, "cognitoIdentityId");
        }

        @Override
        public @Nullable String getIdentityPoolId() {
            return text(members, "cognitoIdentityPoolId");
        }
    }

    /** The client context. */
    record Sent(Map<?, ?> members) implements ClientContext {
        @Override
        public @Nullable Client getClient() {
            return members.get("client") instanceof Map<?, ?> map ? new App(map) : null;
        }

        @Override
        public @Nullable Map<String, String> getCustom() {
            return texts(members.get("custom"));
        }

        @Override
        public @Nullable Map<String, String> getEnvironment() {
            return texts(members.get("env"));
        }
    }

    private record App(Map<?, ?> members) implements Client {
        @Override
        public @Nullable String getInstallationId() {
            return text(members, "installation_id");
        }

        @Override
        public @Nullable String getAppTitle() {
            return text(members, "app_title");
        }

        @Override
        public @Nullable String getAppVersionName() {
            return text(members, "app_version_name");
        }

        @Override
        public @Nullable String getAppVersionCode() {
            return text(members, "app_version_code");
        }

        @Override
        public @Nullable String getAppPackageName() {
            return text(members, "app_package_name");
        }
    }

    private static @Nullable String text(Map<?, ?> members, String name) {
        Object value = members.get(name);
        return value == null ? null : value.toString();
    }

    private static @Nullable Map<String, String> texts(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> members)) {
            return null;
        }
        var texts = new LinkedHashMap<String, String>();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            texts.put(String.valueOf(member.getKey()), String.valueOf(member.getValue()));
        }
        return texts;
    }
}
