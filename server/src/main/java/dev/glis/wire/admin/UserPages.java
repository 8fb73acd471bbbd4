package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Accounts;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.util.List;
import java.util.Set;

/** An account's users, what they may do, and the keys of both. Actions are those of AWS IAM. */
final class UserPages {
    private final Accounts accounts;
    private final Rights rights;

    UserPages(Accounts accounts, Rights rights) {
        this.accounts = accounts;
        this.rights = rights;
    }

    List<Page> pages() {
        return List.of(
                new Page("GET", "/_glis/users", 200, this::users),
                new Page("POST", "/_glis/users", 201, this::createUser),
                new Page("DELETE", "/_glis/users/{user}", 200, this::deleteUser),
                new Page("GET", "/_glis/users/{user}/policies", 200, this::policies),
                new Page("PUT", "/_glis/users/{user}/policies/{policy}", 200, this::putPolicy),
                new Page(
                        "DELETE", "/_glis/users/{user}/policies/{policy}", 200, this::deletePolicy),
                new Page("GET", "/_glis/keys", 200, this::keys),
                new Page("POST", "/_glis/keys", 201, this::createKey),
                new Page("DELETE", "/_glis/keys/{key}", 200, this::deleteKey));
    }

    private JsonNode users(AdminRequest request) {
        String account = allowed(request, "iam:ListUsers", "*");
        var list = Json.array();
        for (var user : accounts.users(account)) {
            list.addObject()
                    .put("userName", user.userName())
                    .put("userId", user.userId())
                    .put("arn", user.arn())
                    .put("created", user.created().toString());
        }
        return Json.object().set("users", list);
    }

    private JsonNode createUser(AdminRequest request) {
        String user = AdminRequest.text(request.body(Set.of("userName")), "userName");
        accounts.createUser(allowed(request, "iam:CreateUser", user), user);
        return Json.object().put("userName", user);
    }

    private JsonNode deleteUser(AdminRequest request) {
        String user = request.variable("user");
        accounts.deleteUser(allowed(request, "iam:DeleteUser", user), user);
        return Json.object();
    }

    private JsonNode policies(AdminRequest request) {
        String user = request.variable("user");
        var list = Json.array();
        accounts.policies(allowed(request, "iam:GetUserPolicy", user), user)
                .forEach(
                        (name, document) ->
                                list.addObject()
                                        .put("policyName", name)
                                        .set("document", Json.parse(document)));
        return Json.object().set("policies", list);
    }

    private JsonNode putPolicy(AdminRequest request) {
        String user = request.variable("user");
        String document = Json.text(Json.parse(request.http().body()));
        accounts.putPolicy(
                allowed(request, "iam:PutUserPolicy", user),
                user,
                request.variable("policy"),
                document);
        return Json.object();
    }

    private JsonNode deletePolicy(AdminRequest request) {
        String user = request.variable("user");
        accounts.deletePolicy(
                allowed(request, "iam:DeleteUserPolicy", user), user, request.variable("policy"));
        return Json.object();
    }

    private JsonNode keys(AdminRequest request) {
        String account = allowed(request, "iam:ListAccessKeys", "*");
        var list = Json.array();
        for (var key : accounts.keys(account)) {
            list.addObject()
                    .put("accessKeyId", key.accessKeyId())
                    .put("userName", key.userName())
                    .put("created", key.created().toString());
        }
        return Json.object().set("keys", list);
    }

    private JsonNode createKey(AdminRequest request) {
        var body = request.body(Set.of("userName"));
        String user = body.has("userName") ? AdminRequest.text(body, "userName") : "";
        String account = allowed(request, "iam:CreateAccessKey", user);
        requireRootForRoot(request, user);
        var key = accounts.createKey(account, user);
        return Json.object()
                .put("accountId", key.accountId())
                .put("accessKeyId", key.accessKeyId())
                .put("secretAccessKey", key.secretAccessKey());
    }

    private JsonNode deleteKey(AdminRequest request) {
        String id = request.variable("key");
        String account = rights.account(request);
        String user = userOf(account, id);
        allowed(request, "iam:DeleteAccessKey", user);
        requireRootForRoot(request, user);
        accounts.deleteKey(account, id);
        return Json.object();
    }

    private String userOf(String account, String accessKeyId) {
        return accounts.keys(account).stream()
                .filter(key -> key.accessKeyId().equals(accessKeyId))
                .findFirst()
                .map(Accounts.KeyInfo::userName)
                .orElseThrow(
                        () -> Fault.notFound("Account " + account + " has no key " + accessKeyId));
    }

    /** A user who may manage keys must not make itself root by a key of the root's. */
    private static void requireRootForRoot(AdminRequest request, String user) {
        if (user.isEmpty() && !request.principal().isAccountRoot()) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "root-only",
                    "Only an account's root may make or remove keys of the root; name a user");
        }
    }

    /** The account in question, once policies allow the action on one of its users, or on all. */
    private String allowed(AdminRequest request, String action, String user) {
        String account = rights.account(request);
        if (account.equals(request.principal().accountId())) {
            rights.require(request, action, arn(account, user));
        }
        return account;
    }

    private static String arn(String account, String user) {
        return switch (user) {
            case "*" -> "*";
            case "" -> "arn:aws:iam::" + account + ":root";
            default -> "arn:aws:iam::" + account + ":user/" + user;
        };
    }
}
