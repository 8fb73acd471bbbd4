package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.nio.charset.StandardCharsets;

/** The context's logger: each call is one record of the function's log. */
enum RecordLogger implements LambdaLogger {
    INSTANCE;

    @Override
    public void log(String message) {
        Output.record(String.valueOf(message));
    }

    @Override
    public void log(byte[] message) {
        Output.record(new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void log(String message, LogLevel level) {
        log(level == LogLevel.UNDEFINED ? message : "[" + level + "] " + message);
    }

    @Override
    public void log(byte[] message, LogLevel level) {
        log(new String(message, StandardCharsets.UTF_8), level);
    }
}
