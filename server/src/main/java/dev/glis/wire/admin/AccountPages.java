package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Accounts;
import dev.glis.base.Json;
import dev.glis.engine.Engine;
import java.util.List;
import java.util.Set;

/** Tenants and their quotas. */
final class AccountPages {
    private static final long MOST_CODE_STORAGE_BYTES = 1L << 50;

    private final Accounts accounts;
    private final Engine engine;
    private final Rights rights;

    AccountPages(Accounts accounts, Engine engine, Rights rights) {
        this.accounts = accounts;
        this.engine = engine;
        this.rights = rights;
    }

    List<Page> pages() {
        return List.of(
                new Page("GET", "/_glis/accounts", 200, this::list),
                new Page("POST", "/_glis/accounts", 201, this::create),
                new Page("DELETE", "/_glis/accounts/{account}", 200, this::delete),
                new Page("GET", "/_glis/accounts/{account}/quotas", 200, this::quotas),
                new Page("PUT", "/_glis/accounts/{account}/quotas", 200, this::setQuotas));
    }

    private JsonNode list(AdminRequest request) {
        rights.requireOperator(request);
        var list = Json.array();
        accounts.list().forEach(account -> list.add(json(account)));
        return Json.object().set("accounts", list);
    }

    private JsonNode create(AdminRequest request) {
        rights.requireOperator(request);
        var made = accounts.create(AdminRequest.text(request.body(Set.of("name")), "name"));
        var body = json(made.account());
        body.put("accessKeyId", made.key().accessKeyId());
        body.put("secretAccessKey", made.key().secretAccessKey());
        return body;
    }

    private JsonNode delete(AdminRequest request) {
        rights.requireOperator(request);
        accounts.delete(request.variable("account"));
        return Json.object();
    }

    private JsonNode quotas(AdminRequest request) {
        String account = request.variable("account");
        if (account.equals(request.principal().accountId())) {
            rights.require(request, "glis:GetQuotas", "*");
        } else {
            rights.requireOperator(request);
        }
        return json(accounts.quotas(account));
    }

    private JsonNode setQuotas(AdminRequest request) {
        rights.requireOperator(request);
        String account = request.variable("account");
        ObjectNode body = request.body(Set.of("concurrency", "codeStorageBytes"));
        var now = accounts.quotas(account);
        var quotas =
                new Accounts.Quotas(
                        body.has("concurrency")
                                ? (int) AdminRequest.number(body, "concurrency", 1_000_000)
                                : now.concurrency(),
                        body.has("codeStorageBytes")
                                ? AdminRequest.number(
                                        body, "codeStorageBytes", MOST_CODE_STORAGE_BYTES)
                                : now.codeStorageBytes());
        accounts.setQuotas(account, quotas);
        engine.limitAccount(account, quotas.concurrency());
        return json(quotas);
    }

    private static ObjectNode json(Accounts.Account account) {
        return Json.object()
                .put("accountId", account.accountId())
                .put("name", account.name())
                .put("created", account.created().toString());
    }

    private static ObjectNode json(Accounts.Quotas quotas) {
        return Json.object()
                .put("concurrency", quotas.concurrency())
                .put("codeStorageBytes", quotas.codeStorageBytes());
    }
}
