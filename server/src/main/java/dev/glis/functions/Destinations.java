package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.QueuePolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Makes the event that tells a destination, itself a function, how a queued event ended. */
final class Destinations {
    private final Ids ids;
    private final Clock clock;

    Destinations(Ids ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /** How an event ended. */
    sealed interface Ending {
        /** The function answered. */
        record Success(String version, Outcome.Success outcome) implements Ending {}

        /**
         * The function failed for the last time.
         *
         * @param exhausted whether for lack of retries, else because of its age
         */
        record Failed(String version, Outcome.Failure outcome, int attempts, boolean exhausted)
                implements Ending {}

        /** The event became too old to be run. */
        record TooOld() implements Ending {}

        /** The function's reserved concurrency is zero. */
        record Off() implements Ending {}

        /** The function was deleted; nobody is told. */
        record Gone() implements Ending {}

        /** Whether the function was run just before. */
        default boolean wasRun() {
            return this instanceof Success || this instanceof Failed;
        }

        /** The ARN of who is to be told, or null. */
        default @Nullable String destination(QueuePolicy policy) {
            return switch (this) {
                case Success _ -> policy.onSuccess();
                case Failed _, TooOld _, Off _ -> policy.onFailure();
                case Gone _ -> null;
            };
        }

        /** As Lambda names it. */
        default String condition() {
            return switch (this) {
                case Success _ -> "Success";
                case Failed failed when failed.exhausted -> "RetriesExhausted";
                case Failed _, TooOld _ -> "EventAgeExceeded";
                case Off _ -> "ZeroReservedConcurrency";
                case Gone _ -> "FunctionDeleted";
            };
        }
    }

    /**
     * The event for a destination.
     *
     * @throws Fault {@code recursive-invocation} when it would go round for too long
     */
    QueuedEvent event(String destinationArn, QueuedEvent ended, byte[] payload, Ending ending) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        String requestId = ids.uuid();
        String[] parts = destinationArn.split(":", 8);
        String qualifier = parts.length == 8 ? parts[7] : "";
        String functionArn =
                qualifier.isEmpty()
                        ? destinationArn
                        : destinationArn.substring(
                                0, destinationArn.length() - qualifier.length() - 1);
        return new QueuedEvent(
                requestId,
                ended.accountId(),
                functionArn,
                qualifier,
                destinationArn,
                null,
                TraceHeader.next(ended.traceHeader(), functionArn, requestId, now),
                now,
                now,
                0,
                bounded(record(ended, payload, ending, now)));
    }

    private static ObjectNode record(
            QueuedEvent ended, byte[] payload, Ending ending, Instant now) {
        ObjectNode record = Json.object();
        record.put("version", "1.0");
        record.put("timestamp", now.truncatedTo(ChronoUnit.MILLIS).toString());
        ObjectNode context = record.putObject("requestContext");
        context.put("requestId", ended.requestId());
        context.put("functionArn", qualifiedArn(ended));
        context.put("condition", ending.condition());
        context.put("approximateInvokeCount", invokeCount(ended, ending));
        record.set("requestPayload", json(payload));
        switch (ending) {
            case Ending.Success success -> {
                response(record, success.version, null);
                record.set("responsePayload", json(success.outcome.payload()));
            }
            case Ending.Failed failed -> {
                response(record, failed.version, "Unhandled");
                record.set("responsePayload", json(failed.outcome.payload()));
            }
            case Ending.TooOld _, Ending.Off _, Ending.Gone _ -> {}
        }
        return record;
    }

    private static void response(
            ObjectNode record, String version, @Nullable String functionError) {
        ObjectNode context = record.putObject("responseContext");
        context.put("statusCode", 200);
        context.put("executedVersion", version);
        if (functionError != null) {
            context.put("functionError", functionError);
        }
    }

    private static String qualifiedArn(QueuedEvent ended) {
        String qualifier = ended.qualifier().isEmpty() ? "$LATEST" : ended.qualifier();
        return ended.functionArn() + ":" + qualifier;
    }

    private static int invokeCount(QueuedEvent ended, Ending ending) {
        return switch (ending) {
            case Ending.Success _ -> ended.attempts() + 1;
            case Ending.Failed failed -> failed.attempts;
            case Ending.TooOld _, Ending.Off _, Ending.Gone _ -> ended.attempts();
        };
    }

    /** JSON as such; anything else that a function answered, as text. */
    private static JsonNode json(byte[] payload) {
        try {
            return Json.parse(payload);
        } catch (Fault notJson) {
            return Json.object().textNode(new String(payload, StandardCharsets.UTF_8));
        }
    }

    /** A record that would be too large says so in place of the response. */
    private static byte[] bounded(ObjectNode record) {
        byte[] whole = Json.bytes(record);
        if (whole.length <= Limits.INVOKE_QUEUED_PAYLOAD_BYTES.value()
                || !record.has("responsePayload")) {
            return whole;
        }
        ObjectNode instead = Json.object();
        instead.put("errorType", "Glis.RecordTooLarge");
        instead.put(
                "errorMessage",
                "The response was left out: with it the record would have "
                        + whole.length
                        + " bytes, more than "
                        + Limits.INVOKE_QUEUED_PAYLOAD_BYTES.value());
        record.set("responsePayload", instead);
        return Json.bytes(record);
    }
}
