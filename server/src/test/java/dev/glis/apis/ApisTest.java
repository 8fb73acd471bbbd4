package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.testing.Await;
import dev.glis.store.testing.TestStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** APIs on the real store; a second instance stands for another node. */
final class ApisTest {
    private static final String ACCOUNT = "123456789012";
    private static final String OTHER = "999999999999";
    private static final Clock CLOCK = Clock.system();

    private final TestStore store = TestStore.open(Apis.MIGRATIONS);
    private final Apis apis = new Apis(store.store(), new Ids(CLOCK), CLOCK);
    private final Apis otherNode = new Apis(store.store(), new Ids(CLOCK), CLOCK);

    @AfterEach
    void close() {
        apis.close();
        otherNode.close();
        store.close();
    }

    @Test
    void nothingIsServedBeforeItIsDeployed() {
        Api api = apis.create(ACCOUNT, "pets");
        apis.putRoute(ACCOUNT, "pets", mock("GET /a", 200));
        assertNull(served(apis, api).stage(Stage.DEFAULT));

        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "first");
        assertEquals(Set.of("GET"), methods(apis, api, "/a"));

        apis.putRoute(ACCOUNT, "pets", mock("POST /a", 200));
        assertEquals(Set.of("GET"), methods(apis, api, "/a"), "still as it was deployed");
        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "second");
        assertEquals(Set.of("GET", "POST"), methods(apis, api, "/a"));
    }

    @Test
    void aStageGoesBackToWhatItServedBefore() {
        Api api = deployedTwice();
        assertEquals(1, apis.rollBack(ACCOUNT, "pets", Stage.DEFAULT).deployment());
        assertEquals(Set.of("GET"), methods(apis, api, "/a"));
        assertEquals(2, apis.rollBack(ACCOUNT, "pets", Stage.DEFAULT).deployment(), "and forth");
        assertEquals(1, apis.serve(ACCOUNT, "pets", Stage.DEFAULT, 1).deployment());
        var fault = assertThrows(Fault.class, () -> apis.serve(ACCOUNT, "pets", Stage.DEFAULT, 9));
        assertEquals("deployment-not-found", fault.code());
    }

    @Test
    void aStageIsDividedBetweenTwoDeployments() {
        Api api = deployedTwice();
        apis.split(ACCOUNT, "pets", Stage.DEFAULT, 1, 10);
        ServedStage stage = Objects.requireNonNull(served(apis, api).stage(Stage.DEFAULT));
        assertEquals(1, stage.pick(0).number());
        assertEquals(1, stage.pick(9.99).number());
        assertEquals(2, stage.pick(10).number());
        assertEquals(2, stage.pick(99.99).number());

        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "ends it");
        stage = Objects.requireNonNull(served(apis, api).stage(Stage.DEFAULT));
        assertEquals(3, stage.pick(0).number());
        assertThrows(Fault.class, () -> apis.split(ACCOUNT, "pets", Stage.DEFAULT, 3, 10));
        assertThrows(Fault.class, () -> apis.split(ACCOUNT, "pets", Stage.DEFAULT, 1, 100));
    }

    @Test
    void theOldestDeploymentsGoButNoneThatIsServed() {
        deployedTwice();
        apis.deploy(ACCOUNT, "pets", "old", "");
        IntStream.range(0, Limits.API_DEPLOYMENTS.intValue() + 5)
                .forEach(i -> apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, ""));
        Set<Integer> kept =
                apis.deployments(ACCOUNT, "pets").stream()
                        .map(Deployment::number)
                        .collect(Collectors.toSet());
        assertEquals(Limits.API_DEPLOYMENTS.value() + 1, kept.size());
        assertTrue(kept.contains(3), "the stage old serves it");
        assertFalse(kept.contains(2), kept.toString());
    }

    @Test
    void anotherNodeHearsOfEachChange() throws Exception {
        Api api = apis.create(ACCOUNT, "pets");
        assertNotNull(served(otherNode, api));
        apis.putRoute(ACCOUNT, "pets", mock("GET /a", 200));
        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "");
        Await.until(
                "the stage on the other node",
                () -> served(otherNode, api).stage(Stage.DEFAULT) != null);
        apis.delete(ACCOUNT, "pets");
        assertTrue(apis.catalog().find("pets").isEmpty());
        Await.until("the end on the other node", () -> otherNode.catalog().find("pets").isEmpty());
    }

    @Test
    void aNameThatLedNowhereLeadsSomewhereOnceItIsMade() throws Exception {
        assertTrue(otherNode.catalog().find("pets").isEmpty());
        assertTrue(otherNode.catalog().isKnown("pets"), "remembered");
        apis.create(ACCOUNT, "pets");
        Await.until(
                "the API on the other node", () -> otherNode.catalog().find("pets").isPresent());
    }

    @Test
    void accountsDoNotSeeEachOthersApis() {
        Api mine = apis.create(ACCOUNT, "pets");
        Api theirs = apis.create(OTHER, "pets");
        assertEquals("pets", mine.label());
        assertEquals(theirs.apiId(), theirs.label(), "the label was taken");
        assertNotEquals(mine.apiId(), theirs.apiId());
        assertEquals(List.of("pets"), apis.list(OTHER).stream().map(Api::name).toList());
        var fault = assertThrows(Fault.class, () -> apis.get(OTHER, mine.apiId()));
        assertEquals("api-not-found", fault.code());
        assertThrows(Fault.class, () -> apis.delete(OTHER, mine.apiId()));
        assertEquals(mine.apiId(), served(apis, mine).api().apiId());
    }

    @Test
    void whoCallsAnApiReadsWhatItServes() {
        apis.create(ACCOUNT, "pets");
        apis.putRoute(
                ACCOUNT,
                "pets",
                DefinitionJson.route(
                        Json.parse(
                                "{\"route\":\"GET /pets/{id}\",\"backend\":{\"function\":\"secret\"}}")));
        apis.putRoute(ACCOUNT, "pets", mock("ANY /all", 200));
        apis.putRoute(ACCOUNT, "pets", mock("$default", 200));
        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "");
        apis.putRoute(ACCOUNT, "pets", mock("GET /later", 200));

        var document = apis.document(ACCOUNT, "pets", Stage.DEFAULT, "https://pets.example.org/");

        assertEquals(
                "https://pets.example.org/", document.at("/servers/0/url").asText(), "the address");
        assertEquals("id", document.at("/paths/~1pets~1{id}/get/parameters/0/name").asText());
        assertEquals(5, document.at("/paths/~1all").size(), "all methods");
        assertTrue(document.at("/paths/~1later").isMissingNode(), "not deployed");
        assertFalse(document.toString().contains("glis"), document.toString());
        assertFalse(document.toString().contains("secret"), document.toString());
    }

    @Test
    void whoCallsAnImportedApiReadsItsDocumentWithoutItsBackends() throws Exception {
        var anybody =
                new Apis.Publisher() {
                    @Override
                    public void requireChange(Optional<Api> present) {}

                    @Override
                    public void requireInvocable(String function) {}
                };
        byte[] text = DocumentWriterTest.resource("bookshop-3.0.yaml");
        apis.importDocument(ACCOUNT, "shop", text, anybody, true);
        assertTrue(apis.list(ACCOUNT).isEmpty(), "only tried");
        apis.importDocument(ACCOUNT, null, text, anybody, false);
        apis.deploy(ACCOUNT, "bookshop", Stage.DEFAULT, "");

        var document = apis.document(ACCOUNT, "bookshop", Stage.DEFAULT, "https://b.example.org/");

        assertEquals("book", document.at("/components/schemas/Book/xml/name").asText());
        assertEquals("listBooks", document.at("/paths/~1books/get/operationId").asText());
        assertEquals("rest", document.at("/paths/~1files~1{rest}/get/parameters/0/name").asText());
        for (String inner : List.of("x-glis", "covers.example.org", "aws_proxy", "eu.books")) {
            assertFalse(document.toString().contains(inner), inner);
        }
        assertEquals(
                Json.text(apis.exported(ACCOUNT, "bookshop")),
                Json.text(apis.exported(ACCOUNT, "bookshop", 1)));
    }

    @Test
    void mistakesAreNamed() {
        apis.create(ACCOUNT, "pets");
        assertEquals("api-exists", code(() -> apis.create(ACCOUNT, "pets")));
        assertEquals("invalid-name", code(() -> apis.create(ACCOUNT, "Pets")));
        assertEquals("invalid-name", code(() -> apis.create(ACCOUNT, "a".repeat(64))));
        assertEquals("invalid-name", code(() -> apis.deploy(ACCOUNT, "pets", "a b", "")));
        assertEquals("stage-not-found", code(() -> apis.rollBack(ACCOUNT, "pets", "x")));
        assertEquals("stage-not-found", code(() -> apis.deleteStage(ACCOUNT, "pets", "x")));
        assertEquals(
                "route-not-found",
                code(() -> apis.deleteRoute(ACCOUNT, "pets", RouteKey.parse("GET /x"))));
        apis.deploy(ACCOUNT, "pets", "only", "");
        assertEquals("conflict", code(() -> apis.rollBack(ACCOUNT, "pets", "only")));
    }

    private static String code(Runnable work) {
        return assertThrows(Fault.class, work::run).code();
    }

    private Api deployedTwice() {
        Api api = apis.create(ACCOUNT, "pets");
        apis.putRoute(ACCOUNT, "pets", mock("GET /a", 200));
        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "");
        apis.putRoute(ACCOUNT, "pets", mock("POST /a", 200));
        apis.deploy(ACCOUNT, "pets", Stage.DEFAULT, "");
        return api;
    }

    private static ServedApi served(Apis node, Api api) {
        return node.catalog().find(api.label()).orElseThrow();
    }

    private static Set<String> methods(Apis node, Api api, String path) {
        ServedStage stage = Objects.requireNonNull(served(node, api).stage(Stage.DEFAULT));
        return stage.main().router().methods(List.of(path.substring(1))).stream()
                .filter(method -> !Set.of("HEAD", "OPTIONS").contains(method))
                .collect(Collectors.toSet());
    }

    private static Route mock(String key, int status) {
        var json = Json.object().put("route", key);
        json.putObject("backend").putObject("mock").put("status", status);
        return DefinitionJson.route(json);
    }
}
