package dev.glis.accounts;

import dev.glis.net.HttpRequest;
import java.lang.management.ManagementFactory;
import java.util.Set;

/** Measures what one verification costs: a signed request with a body of 1 KiB. */
final class SignatureCost {
    private static final int REQUESTS = 100_000;

    private SignatureCost() {}

    public static void main(String[] arguments) {
        var clock = new FixedClock("2026-11-24T12:00:00Z");
        var verifier =
                new SigV4Authenticator(
                        new MemoryKeys().with("AKIDEXAMPLE", "secret"),
                        "us-east-1",
                        Set.of("lambda"),
                        new FailedAttempts(clock),
                        clock);
        HttpRequest request =
                new RequestSigner("AKIDEXAMPLE", "secret", "us-east-1")
                        .sign(
                                clock.instant(),
                                "lambda",
                                "POST",
                                "/2015-03-31/functions/hello/invocations",
                                new byte[1024],
                                "Content-Type",
                                "application/json",
                                "X-Amz-Invocation-Type",
                                "RequestResponse",
                                "X-Amz-User-Agent",
                                "aws-sdk-js/3.900.0");
        var thread = ManagementFactory.getThreadMXBean();
        for (int round = 0; round < 6; round++) {
            long start = thread.getCurrentThreadCpuTime();
            for (int i = 0; i < REQUESTS; i++) {
                verifier.authenticate(request);
            }
            long nanos = (thread.getCurrentThreadCpuTime() - start) / REQUESTS;
            System.out.println("ns of processor time per verification: " + nanos);
        }
    }
}
