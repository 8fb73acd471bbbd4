package dev.glis.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer of JSON Web Tokens with a discovery document, as OpenID Connect has it. */
final class TokenIssuer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final LocalHttpServer server = new LocalHttpServer();
    private final Map<String, KeyPair> keys = new LinkedHashMap<>();

    TokenIssuer() {
        server.serve("/.well-known/openid-configuration", this::discovery);
        server.serve("/keys", this::keys);
    }

    String hostAndPort() {
        return server.hostAndPort();
    }

    String issuer() {
        return "http://" + hostAndPort();
    }

    /** Makes a key, whose public part is told from now on. */
    synchronized void addKey(String keyId) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys.put(keyId, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void discovery(HttpExchange exchange) throws IOException {
        send(
                exchange,
                JSON.createObjectNode()
                        .put("issuer", issuer())
                        .put("jwks_uri", issuer() + "/keys"));
    }

    private synchronized void keys(HttpExchange exchange) throws IOException {
        ObjectNode set = JSON.createObjectNode();
        var list = set.putArray("keys");
        keys.forEach(
                (keyId, pair) -> {
                    var key = (RSAPublicKey) pair.getPublic();
                    list.addObject()
                            .put("kty", "RSA")
                            .put("use", "sig")
                            .put("alg", "RS256")
                            .put("kid", keyId)
                            .put(
                                    "n",
                                    BASE64.encodeToString(unsigned(key.getModulus().toByteArray())))
                            .put("e", BASE64.encodeToString(key.getPublicExponent().toByteArray()));
                });
        send(exchange, set);
    }

    private static byte[] unsigned(byte[] bytes) {
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static void send(HttpExchange exchange, ObjectNode json) throws IOException {
        byte[] body = JSON.writeValueAsBytes(json);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** A token that is good for an hour, unless changed. */
    String token(String keyId, String audience, Consumer<ObjectNode> change) {
        byte[] signed = body(header("RS256", keyId), audience, change);
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair(keyId).getPrivate());
            signature.update(signed);
            return text(signed) + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One without a signature, which says so. */
    String unsignedToken(String audience) {
        return text(body(header("none", ""), audience, claims -> {})) + ".";
    }

    /** One signed with the public key, as if that were a secret that both share. */
    String confusedToken(String keyId, String audience) {
        byte[] signed = body(header("HS256", keyId), audience, claims -> {});
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(pair(keyId).getPublic().getEncoded(), "HmacSHA256"));
            return text(signed) + "." + BASE64.encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized KeyPair pair(String keyId) {
        KeyPair pair = keys.get(keyId);
        if (pair == null) {
            throw new IllegalArgumentException("No key " + keyId);
        }
        return pair;
    }

    private static ObjectNode header(String algorithm, String keyId) {
        return JSON.createObjectNode().put("alg", algorithm).put("kid", keyId).put("typ", "JWT");
    }

    private byte[] body(ObjectNode header, String audience, Consumer<ObjectNode> change) {
        Instant now = Instant.now();
        ObjectNode claims =
                JSON.createObjectNode()
                        .put("iss", issuer())
                        .put("sub", "somebody")
                        .put("aud", audience)
                        .put("iat", now.getEpochSecond())
                        .put("exp", now.plusSeconds(3_600).getEpochSecond());
        change.accept(claims);
        return (encoded(header) + "." + encoded(claims)).getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(ObjectNode json) {
        return BASE64.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        server.close();
    }
}
