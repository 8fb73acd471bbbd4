package dev.glis.store;

import dev.glis.base.Fault;
import java.sql.SQLException;
import java.util.Objects;
import org.postgresql.util.PSQLException;

/** What a failure of PostgreSQL means for us, by its SQLSTATE. */
final class SqlFailures {
    /** How a failed transaction may be taken up again. */
    enum Retry {
        /** It lost against another transaction and has no effect. */
        CONFLICT,
        /** The connection is gone; without COMMIT sent it has no effect. */
        CONNECTION,
        NEVER
    }

    private SqlFailures() {}

    static Retry retry(SQLException e) {
        String state = state(e);
        return switch (state) {
            case "40001", "40P01" -> Retry.CONFLICT;
            // Ended by an administrator or a crash; starting up; too many connections.
            case "57P01", "57P02", "57P03", "57P05", "53300" -> Retry.CONNECTION;
            default -> state.startsWith("08") ? Retry.CONNECTION : Retry.NEVER;
        };
    }

    static RuntimeException translate(SQLException e) {
        String state = state(e);
        return switch (state) {
            case "23505" -> new Transaction.DuplicateKey(constraint(e), e);
            case "57014" ->
                    unavailable("store-timeout", "A statement of the store took too long", e);
            case "53100" -> unavailable("disk-full", "The disk of the store is full", e);
            case "40001", "40P01" ->
                    unavailable("store-conflict", "Too many transactions at the same rows", e);
            default ->
                    retry(e) == Retry.CONNECTION
                            ? unreachable(e)
                            : Fault.internal("The store refused a statement (" + state + ")", e);
        };
    }

    /** When no connection could be had. */
    static Fault unreachable(SQLException e) {
        return unavailable("store-unavailable", "The store cannot be reached", e);
    }

    /** After COMMIT was sent and no answer came. */
    static Fault unknownOutcome(SQLException e) {
        return unavailable(
                "store-outcome-unknown",
                "The connection to the store broke at the commit: the change may have been made or"
                        + " not. Look, then try again",
                e);
    }

    private static Fault unavailable(String code, String message, SQLException e) {
        return new Fault(Fault.Kind.UNAVAILABLE, code, message, e);
    }

    private static String state(SQLException e) {
        return Objects.requireNonNullElse(e.getSQLState(), "");
    }

    private static String constraint(SQLException e) {
        if (e instanceof PSQLException failure && failure.getServerErrorMessage() != null) {
            return Objects.requireNonNullElse(failure.getServerErrorMessage().getConstraint(), "");
        }
        return "";
    }
}
