package dev.glis.wire.s3;

import dev.glis.accounts.Principal;
import dev.glis.accounts.VerifiedBody;
import dev.glis.base.Limits;
import dev.glis.base.MessageDigests;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.Query;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One request and the way to answer it.
 *
 * @param principal who signed it, or null for nobody
 * @param buckets those that its rights are about
 * @param crossOrigin what every answer says to a browser
 */
record S3Call(
        @Nullable Principal principal,
        HttpRequest request,
        Target target,
        Query query,
        VerifiedBody body,
        HttpResponder responder,
        SeenBuckets buckets,
        Headers crossOrigin,
        String requestId) {
    private static final byte[] NOTHING = new byte[0];

    String bucket() {
        return target.bucket();
    }

    String key() {
        return target.key();
    }

    @Nullable String header(String name) {
        return request.headers().get(name);
    }

    @Nullable String parameter(String name) {
        return query.first(name);
    }

    String parameter(String name, String otherwise) {
        String value = query.first(name);
        return value == null ? otherwise : value;
    }

    /** A parameter that is a number from zero. */
    int number(String name, int otherwise) {
        String value = query.first(name);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number below zero
        }
        throw S3Refusal.invalidArgument(
                "Provided " + name + " not an integer or within integer range", name, value);
    }

    /** The version that is asked for, or null for the current one. */
    @Nullable String versionId() {
        String version = query.first("versionId");
        if (version != null && version.isEmpty()) {
            throw S3Refusal.invalidArgument(
                    "Version id cannot be the empty string", "versionId", version);
        }
        return version;
    }

    /** The whole body, where that is a document. */
    byte[] document() throws IOException {
        int most = Limits.OBJECT_DOCUMENT_BYTES.intValue();
        byte[] document = body.readNBytes(most + 1);
        if (document.length > most) {
            throw new S3Refusal(
                    400,
                    "EntityTooLarge",
                    "Your proposed upload exceeds the maximum allowed size: " + most + " bytes");
        }
        verifyMd5(document);
        return document;
    }

    private void verifyMd5(byte[] document) {
        String md5 = header("Content-MD5");
        if (md5 != null && !md5.equals(md5(document))) {
            throw new S3Refusal(
                    400,
                    "BadDigest",
                    "The Content-MD5 you specified did not match what we received.");
        }
    }

    /** In base 64. */
    static String md5(byte[] bytes) {
        return Base64.getEncoder().encodeToString(MessageDigests.md5().digest(bytes));
    }

    // ---- answers

    /** The fields that every answer has. */
    Headers headers() {
        return crossOrigin.copy().set("x-amz-request-id", requestId).set("x-amz-id-2", requestId);
    }

    void empty(int status) {
        empty(status, headers());
    }

    void empty(int status, Headers headers) {
        responder.send(new HttpResponse(status, headers, NOTHING));
    }

    void xml(XmlText xml) {
        xml(headers(), xml);
    }

    void xml(Headers headers, XmlText xml) {
        xml(200, headers, xml);
    }

    void xml(int status, Headers headers, XmlText xml) {
        headers.set("Content-Type", "application/xml");
        responder.send(new HttpResponse(status, headers, xml.bytes()));
    }

    void refuse(S3Refusal refusal, Headers headers) {
        responder.send(error(refusal, headers, target.resource(), requestId));
    }

    static HttpResponse error(
            S3Refusal refusal, Headers headers, String resource, String requestId) {
        XmlText xml =
                XmlText.plain("Error").text("Code", refusal.code()).text("Message", refusal.text());
        refusal.elements().forEach(xml::text);
        xml.text("Resource", resource).text("RequestId", requestId).text("HostId", requestId);
        headers.set("Content-Type", "application/xml");
        return new HttpResponse(refusal.status(), headers, xml.bytes());
    }

    void json(byte[] document) {
        Headers headers = headers();
        headers.set("Content-Type", "application/json");
        responder.send(new HttpResponse(200, headers, document));
    }
}
