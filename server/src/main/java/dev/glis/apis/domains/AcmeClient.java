package dev.glis.apis.domains;

import dev.glis.net.TlsIdentity;
import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/**
 * Obtains certificates from a certificate authority by ACME, proving by HTTP-01 that a host is
 * ours. Everything may take long; call it on virtual threads.
 *
 * <p>It alone knows the library, whose classes are loaded with the first order.
 */
final class AcmeClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(20);

    private final Session session;
    private final AcmeSettings settings;
    private final Supplier<KeyPair> accountKeys;
    private @Nullable Login login;

    /**
     * A client that has not asked anything yet.
     *
     * @param accountKeys the keys of our account there, which is made with them if there is none
     */
    AcmeClient(AcmeSettings settings, Supplier<KeyPair> accountKeys) throws Failed {
        this.settings = settings;
        this.accountKeys = accountKeys;
        Path trusted = settings.trusted();
        SSLContext trust = trusted == null ? null : trust(trusted);
        this.session = new Session(settings.directory(), new Provider(trust));
        session.networkSettings().setTimeout(NETWORK_TIMEOUT);
    }

    /** Is told how far an order is, before that is gone on with. */
    interface Steps {
        void ordered(String url, KeyPair keys);

        void challenged(ServedDomain.Challenge challenge);
    }

    /** A certificate with those that signed it, PEM, and its key. */
    record Issued(String certificates, KeyPair keys) {}

    /** Goes on with the order that was begun, or begins one, and waits for its certificate. */
    Issued obtain(OrderInWork work, Steps steps) throws Failed, InterruptedException {
        try {
            Login account = login();
            OrderInWork.Begun begun = work.begun();
            if (begun == null) {
                Order order = account.newOrder().domain(work.host()).create();
                KeyPair keys = KeyPairs.fresh();
                steps.ordered(order.getLocation().toString(), keys);
                return complete(order, keys, steps);
            }
            Order order = account.bindOrder(url(begun.url()));
            order.fetch();
            return complete(order, begun.keys(), steps);
        } catch (AcmeRateLimitedException e) {
            throw new Failed(text(e), false, e.getRetryAfter().orElse(null), e);
        } catch (AcmeServerException e) {
            forgetLogin();
            throw new Failed(text(e), true, null, e);
        } catch (AcmeException e) {
            throw new Failed(text(e), false, null, e);
        }
    }

    private Issued complete(Order order, KeyPair keys, Steps steps)
            throws AcmeException, Failed, InterruptedException {
        if (order.getStatus() == Status.PENDING) {
            for (Authorization authorization : order.getAuthorizations()) {
                prove(authorization, steps);
            }
            order.waitUntilReady(PATIENCE);
        }
        if (order.getStatus() == Status.READY) {
            order.execute(keys);
        }
        if (order.waitForCompletion(PATIENCE) != Status.VALID) {
            throw refused("The order is " + order.getStatus(), order.getError().orElse(null));
        }
        var certificates = new StringWriter();
        try {
            order.getCertificate().writeCertificate(certificates);
        } catch (IOException e) {
            throw new IllegalStateException("A text cannot be written to", e);
        }
        return new Issued(certificates.toString(), keys);
    }

    private static void prove(Authorization authorization, Steps steps)
            throws AcmeException, Failed, InterruptedException {
        if (authorization.getStatus() == Status.VALID) {
            return;
        }
        Http01Challenge challenge =
                authorization
                        .findChallenge(Http01Challenge.class)
                        .orElseThrow(() -> refused("It does not offer HTTP-01", null));
        steps.challenged(
                new ServedDomain.Challenge(challenge.getToken(), challenge.getAuthorization()));
        if (challenge.getStatus() == Status.PENDING) {
            challenge.trigger();
        }
        Status status = authorization.waitForCompletion(PATIENCE);
        if (status == Status.INVALID) {
            challenge.fetch();
            throw refused("It does not find this server there", challenge.getError().orElse(null));
        }
        if (status != Status.VALID) {
            throw new Failed("It has not looked at the host in time", false, null, null);
        }
    }

    private static Failed refused(String what, @Nullable Problem problem) {
        String why = problem == null ? "" : problem.getDetail().map(text -> ": " + text).orElse("");
        return new Failed(what + why, true, null, null);
    }

    private static String text(AcmeException e) {
        Throwable cause = e.getCause();
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return cause == null ? message : message + ": " + cause;
    }

    /** With an account, which is there already when it was made before. */
    private synchronized Login login() throws AcmeException {
        Login made = login;
        if (made == null) {
            var builder =
                    new AccountBuilder().agreeToTermsOfService().useKeyPair(accountKeys.get());
            String contact = settings.contact();
            if (contact != null) {
                builder.addEmail(contact);
            }
            made = builder.createLogin(session);
            login = made;
        }
        return made;
    }

    /** The authority may have forgotten our account, as one for tests does when it is restarted. */
    private synchronized void forgetLogin() {
        login = null;
    }

    private static URL url(String text) {
        try {
            return URI.create(text).toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("A stored address cannot be read", e);
        }
    }

    private static SSLContext trust(Path file) throws Failed {
        try {
            var keys = KeyStore.getInstance(KeyStore.getDefaultType());
            keys.load(null, null);
            String pem = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (X509Certificate certificate : TlsIdentity.chain(pem)) {
                keys.setCertificateEntry(certificate.getSerialNumber().toString(), certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(keys);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException | TlsIdentity.Unusable e) {
            throw new Failed(
                    "The file " + file + " of setting acme-ca cannot be used: " + e.getMessage(),
                    false,
                    null,
                    e);
        }
    }

    @Override
    public void close() {
        session.getHttpClient().shutdownNow();
    }

    /** The attempt came to nothing; the message says why, for people. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean orderIsLost;
        private final @Nullable Instant notBefore;

        Failed(
                String why,
                boolean orderIsLost,
                @Nullable Instant notBefore,
                @Nullable Throwable cause) {
            super(why, cause);
            this.orderIsLost = orderIsLost;
            this.notBefore = notBefore;
        }

        String why() {
            return String.valueOf(getMessage());
        }

        /** Whether the next attempt needs a new order. */
        boolean orderIsLost() {
            return orderIsLost;
        }

        /** The earliest time of the next attempt, if the authority says it. */
        @Nullable Instant notBefore() {
            return notBefore;
        }
    }

    /** Any authority, its server known by given certificates. */
    private static final class Provider extends GenericAcmeProvider {
        private final @Nullable SSLContext trust;

        Provider(@Nullable SSLContext trust) {
            this.trust = trust;
        }

        @Override
        public HttpClient createHttpClient(NetworkSettings network) {
            var builder =
                    HttpClient.newBuilder()
                            .followRedirects(HttpClient.Redirect.NORMAL)
                            .connectTimeout(network.getTimeout());
            if (trust != null) {
                builder.sslContext(trust);
            }
            return builder.build();
        }
    }
}
