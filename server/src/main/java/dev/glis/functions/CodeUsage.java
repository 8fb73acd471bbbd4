package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.store.Transaction;

/** How much code an account stores, versions and layers counted each. */
final class CodeUsage {
    private CodeUsage() {}

    static long bytes(Transaction transaction, String accountId) {
        return transaction
                .find(
                        row -> row.getLong(1),
                        "select bytes from code_usage where account_id = ?",
                        accountId)
                .orElse(0L);
    }

    /** After rows were added, within the same transaction. */
    static void check(Transaction transaction, String accountId, long quota) {
        long bytes = bytes(transaction, accountId);
        if (bytes > quota) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "code-storage-exceeded",
                    "Code storage limit exceeded. The account may store "
                            + quota
                            + " bytes of code; this would make it "
                            + bytes
                            + ". Delete functions, versions or layers that are not needed.");
        }
    }
}
