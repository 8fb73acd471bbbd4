package dev.glis.e2e;

import java.net.URI;
import java.util.function.BiConsumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/** Signs requests to APIs as AWS's clients do. */
final class ApiSignature {
    private ApiSignature() {}

    /** Tells the header fields that sign a GET, without the host's, which clients set. */
    static void sign(URI uri, String accessKeyId, String secret, BiConsumer<String, String> field) {
        var request = SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(uri).build();
        var identity = AwsBasicCredentials.create(accessKeyId, secret);
        var signed =
                AwsV4HttpSigner.create()
                        .sign(
                                r ->
                                        r.identity(identity)
                                                .request(request)
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        "execute-api")
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME, "us-east-1"));
        signed.request()
                .forEachHeader(
                        (name, values) -> {
                            if (!name.equalsIgnoreCase("Host")) {
                                values.forEach(value -> field.accept(name, value));
                            }
                        });
    }
}
