package dev.glis.guest;

import org.jspecify.annotations.Nullable;

/** One call of the function, as the Runtime API gave it. */
record Invocation(String requestId, HttpConnection.Answer answer) {
    byte[] body() {
        return answer.body();
    }

    @Nullable String header(String lowerCaseName) {
        return answer.header(lowerCaseName);
    }
}
