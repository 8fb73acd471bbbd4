package dev.glis.accounts;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.RequestBody;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Verifies AWS Signature Version 4, in the Authorization header or the query.
 *
 * <p>The order of the checks is AWS's: form, scope, key, time, what must be signed, the signature,
 * and only then the body against its hash. All state is immutable or in the key source, so any
 * thread may verify.
 */
final class SigV4Authenticator implements Authenticator {
    /** Hashing more than this is work for a virtual thread, not for an event loop. */
    private static final int QUICKLY_HASHED_BYTES = 256 * 1024;

    private static final Duration SKEW = Duration.ofMillis(Limits.SIGNATURE_CLOCK_SKEW_MS.value());

    private final KeySource keys;
    private final String region;
    private final Set<String> services;
    private final FailedAttempts attempts;
    private final Clock clock;

    SigV4Authenticator(
            KeySource keys,
            String region,
            Set<String> services,
            FailedAttempts attempts,
            Clock clock) {
        this.keys = keys;
        this.region = region;
        this.services = Set.copyOf(services);
        this.attempts = attempts;
        this.clock = clock;
    }

    @Override
    public Authenticated authenticate(HttpRequest request) {
        SignedHead head = verifyHead(request);
        byte[] body = head.hash().verifiedBody(request, head.signature(), head.signer());
        return new Authenticated(
                head.principal(), head.signature().service(), head.signature().region(), body);
    }

    @Override
    public AuthenticatedStream authenticate(HttpRequest request, RequestBody body) {
        SignedHead head = verifyHead(request);
        return new AuthenticatedStream(
                head.principal(),
                head.signature().service(),
                head.signature().region(),
                head.hash().verified(body, request, head.signature(), head.signer()));
    }

    @Override
    public Principal authenticateText(
            InetAddress from, String text, String credentialText, String time, String value) {
        Signature signature = Signature.ofText(credentialText, time, value);
        requireScope(signature);
        Credential credential = find(signature.accessKeyId(), from);
        attempts.requireFew(from, signature.accessKeyId());
        if (!Hashes.same(Hashes.hmacHex(credential.signer(signature), text), value)) {
            attempts.failed(from, signature.accessKeyId());
            throw Refusals.mismatch();
        }
        return credential.principal();
    }

    /** What is known once a signature is verified; the body is not yet. */
    private record SignedHead(
            Principal principal, Signature signature, ContentHash hash, Mac signer) {}

    private SignedHead verifyHead(HttpRequest request) {
        Signature signature = Signature.parse(request);
        requireScope(signature);
        refuseTemporaryCredentials(request);
        InetAddress from = request.remoteAddress().getAddress();
        Credential credential = find(signature.accessKeyId(), from);
        attempts.requireFew(from, signature.accessKeyId());
        requireTime(signature);
        requireSignedHeaders(request.headers(), signature);
        ContentHash hash = ContentHash.of(request, signature);
        Mac signer = credential.signer(signature);
        if (!isSignedBy(signer, request, signature, hash)) {
            attempts.failed(from, signature.accessKeyId());
            throw Refusals.mismatch();
        }
        return new SignedHead(credential.principal(), signature, hash, signer);
    }

    @Override
    public boolean wouldBlock(HttpRequest request) {
        if (request.body().length > QUICKLY_HASHED_BYTES) {
            return true;
        }
        String credential = Signature.credential(request);
        if (credential == null) {
            return false;
        }
        int slash = credential.indexOf('/');
        return slash > 0 && !keys.isInMemory(credential.substring(0, slash));
    }

    @Override
    public @Nullable String scopedService(HttpRequest request) {
        String credential = Signature.credential(request);
        if (credential == null) {
            return null;
        }
        String[] parts = credential.split("/", -1);
        return parts.length == 5 ? parts[3] : null;
    }

    /** The key; one that memory does not know costs a look into the store, and so has its limit. */
    private Credential find(String accessKeyId, InetAddress from) {
        boolean known = keys.isInMemory(accessKeyId);
        if (!known) {
            attempts.requireFew(from, "");
        }
        Credential credential = keys.find(accessKeyId);
        if (credential == null && !known) {
            attempts.failed(from, "");
        }
        if (credential == null) {
            throw Refusals.unknownKey();
        }
        return credential;
    }

    private void requireScope(Signature signature) {
        if (!signature.terminator().equals("aws4_request")) {
            throw Refusals.mismatch(
                    "Credential should be scoped with a valid terminator: 'aws4_request', not '"
                            + signature.terminator()
                            + "'.");
        }
        if (!signature.region().equals(region)) {
            throw Refusals.mismatch(
                    "Credential should be scoped to a valid region, not '"
                            + signature.region()
                            + "'. The region of this server is '"
                            + region
                            + "'.");
        }
        if (!services.contains(signature.service())) {
            throw Refusals.mismatch(
                    "Credential should be scoped to correct service, not '"
                            + signature.service()
                            + "'. This server has: "
                            + String.join(", ", new TreeSet<>(services))
                            + ".");
        }
        if (!signature.time().startsWith(signature.date()) || signature.date().length() != 8) {
            throw Refusals.mismatch(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date"
                            + " from HTTP: '"
                            + signature.date()
                            + "' != '"
                            + signature.time().substring(0, 8)
                            + "', from '"
                            + signature.time()
                            + "'.");
        }
    }

    private static void refuseTemporaryCredentials(HttpRequest request) {
        if (request.headers().get("X-Amz-Security-Token") != null
                || (request.rawQuery().contains("X-Amz-Security-Token")
                        && Query.parse(request.rawQuery()).get("X-Amz-Security-Token") != null)) {
            throw Refusals.temporaryCredentials();
        }
    }

    private void requireTime(Signature signature) {
        Instant now = clock.instant();
        Instant signed = signature.instant();
        if (signed.isAfter(now.plus(SKEW))) {
            throw Refusals.expired(
                    "Signature not yet current: "
                            + signature.time()
                            + " is still later than "
                            + AmzTime.format(now.plus(SKEW))
                            + " ("
                            + AmzTime.format(now)
                            + " + "
                            + SKEW.toMinutes()
                            + " min.)");
        }
        if (signature.isPresigned()) {
            requireUnexpired(signature, now);
        } else if (signed.isBefore(now.minus(SKEW))) {
            throw Refusals.expired(
                    "Signature expired: "
                            + signature.time()
                            + " is now earlier than "
                            + AmzTime.format(now.minus(SKEW))
                            + " ("
                            + AmzTime.format(now)
                            + " - "
                            + SKEW.toMinutes()
                            + " min.)");
        }
    }

    private static void requireUnexpired(Signature signature, Instant now) {
        Instant end = signature.instant().plusSeconds(signature.expiresSeconds());
        if (now.isAfter(end)) {
            throw Refusals.presignedExpired(
                    "Request has expired: it was valid until "
                            + AmzTime.format(end)
                            + ", and now it is "
                            + AmzTime.format(now)
                            + ".");
        }
    }

    private static void requireSignedHeaders(Headers headers, Signature signature) {
        if (!signature.signs("host")) {
            throw Refusals.mismatch(
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.regionMatches(true, 0, "x-amz-", 0, 6)
                    && !signature.signs(name.toLowerCase(Locale.ROOT))) {
                throw Refusals.mismatch(
                        "There were headers present in the request which were not signed: "
                                + name.toLowerCase(Locale.ROOT));
            }
        }
    }

    private static boolean isSignedBy(
            Mac signer, HttpRequest request, Signature signature, ContentHash hash) {
        String canonical = CanonicalRequest.of(request, signature, hash.text());
        String toSign =
                Signature.ALGORITHM
                        + "\n"
                        + signature.time()
                        + "\n"
                        + signature.scope()
                        + "\n"
                        + Hashes.sha256(canonical);
        return Hashes.same(Hashes.hmacHex(signer, toSign), signature.value());
    }
}
