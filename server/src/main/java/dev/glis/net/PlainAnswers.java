package dev.glis.net;

import java.nio.charset.StandardCharsets;

/** The listener's own answers, to requests that reach no handler. */
final class PlainAnswers {
    private PlainAnswers() {}

    static HttpResponse of(int status, String reason) {
        var answer =
                HttpResponse.of(
                        status, "text/plain", (reason + "\n").getBytes(StandardCharsets.US_ASCII));
        if (status == 503) {
            answer.headers().set("Retry-After", "1");
        }
        return answer;
    }
}
