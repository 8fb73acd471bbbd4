package dev.glis.functions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.functions.Catalog.Reach;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who else may use a function: the policy documents of functions, versions and aliases. Calls
 * block.
 */
public final class Permissions {
    private final Store store;
    private final Catalog catalog;
    private final Ids ids;

    Permissions(Store store, Catalog catalog, Ids ids) {
        this.store = store;
        this.catalog = catalog;
        this.ids = ids;
    }

    /**
     * What to allow.
     *
     * @param sourceArn the resource on whose behalf a service calls, with wildcards, or null
     * @param sourceAccount its account, or null
     * @param urlAuthType only by function URLs of this kind, or null
     * @param onlyByUrl only by function URLs
     */
    public record Permission(
            String statementId,
            String principal,
            String action,
            @Nullable String sourceArn,
            @Nullable String sourceAccount,
            @Nullable String urlAuthType,
            boolean onlyByUrl) {}

    /** A whole policy. */
    public record Policy(String document, String revisionId) {}

    /** The policy document that holds for this function and qualifier. */
    public Optional<String> document(FunctionName name) {
        return catalog.state(name).map(state -> state.policies().get(name.qualifier()));
    }

    /**
     * Adds a statement.
     *
     * @return it, as JSON
     */
    public String add(FunctionName name, Permission permission, @Nullable String revisionId) {
        if (name.qualifier().equals(FunctionName.LATEST)) {
            throw Fault.invalid("We currently do not support adding policies for $LATEST.");
        }
        ObjectNode statement = statement(name, permission);
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    FunctionRows.requireQualifier(tx, functionId, name);
                    Optional<Policy> before = find(tx, functionId, name);
                    checkRevision(before, revisionId);
                    var document = PolicyDocument.ofJson(before.map(Policy::document).orElse(null));
                    document.add(statement);
                    store(tx, functionId, name, document);
                    return Json.text(statement);
                });
    }

    /** Removes a statement. */
    public void remove(FunctionName name, String statementId, @Nullable String revisionId) {
        catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    Policy before = find(tx, functionId, name).orElseThrow(Permissions::none);
                    checkRevision(Optional.of(before), revisionId);
                    var document = PolicyDocument.ofJson(before.document());
                    document.remove(statementId);
                    store(tx, functionId, name, document);
                    return true;
                });
    }

    public Policy get(FunctionName name) {
        return store.read(tx -> find(tx, FunctionRows.require(tx, name), name))
                .orElseThrow(Permissions::none);
    }

    private static ObjectNode statement(FunctionName name, Permission permission) {
        ObjectNode statement =
                PolicyDocument.allow(
                        permission.statementId(),
                        permission.principal(),
                        permission.action(),
                        name.qualifiedArn());
        ObjectNode condition = Json.object();
        if (permission.sourceAccount() != null) {
            condition
                    .withObject("/StringEquals")
                    .put("AWS:SourceAccount", permission.sourceAccount());
        }
        if (permission.urlAuthType() != null) {
            condition
                    .withObject("/StringEquals")
                    .put("lambda:FunctionUrlAuthType", permission.urlAuthType());
        }
        if (permission.onlyByUrl()) {
            condition.withObject("/Bool").put("lambda:InvokedViaFunctionUrl", "true");
        }
        if (permission.sourceArn() != null) {
            condition.withObject("/ArnLike").put("AWS:SourceArn", permission.sourceArn());
        }
        if (!condition.isEmpty()) {
            statement.set("Condition", condition);
        }
        return statement;
    }

    private void store(
            Transaction tx, long functionId, FunctionName name, PolicyDocument document) {
        if (document.isEmpty()) {
            tx.update(
                    "delete from function_policies where function_id = ? and qualifier = ?",
                    functionId,
                    name.qualifier());
            return;
        }
        tx.update(
                "insert into function_policies (function_id, qualifier, revision_id, document)"
                        + " values (?, ?, ?, ?) on conflict (function_id, qualifier) do update"
                        + " set revision_id = excluded.revision_id, document = excluded.document",
                functionId,
                name.qualifier(),
                ids.uuid(),
                new Transaction.Jsonb(document.text()));
    }

    private static Optional<Policy> find(Transaction tx, long functionId, FunctionName name) {
        return tx.find(
                row -> new Policy(row.getString(1), row.getString(2)),
                "select document, revision_id from function_policies"
                        + " where function_id = ? and qualifier = ?",
                functionId,
                name.qualifier());
    }

    private static void checkRevision(Optional<Policy> before, @Nullable String revisionId) {
        if (revisionId != null && !revisionId.equals(before.map(Policy::revisionId).orElse(null))) {
            throw Revisions.mismatch("GetPolicy");
        }
    }

    private static Fault none() {
        return Fault.notFound("The resource you requested does not exist.");
    }
}
