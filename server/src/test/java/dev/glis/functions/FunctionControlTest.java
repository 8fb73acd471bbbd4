package dev.glis.functions;

import static dev.glis.functions.testing.ControlFixture.ACCOUNT;
import static dev.glis.functions.testing.ControlFixture.REGION;
import static dev.glis.functions.testing.ControlFixture.name;
import static dev.glis.functions.testing.ControlFixture.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.Accounts;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.engine.Blueprint;
import dev.glis.functions.testing.ControlFixture;
import dev.glis.functions.testing.ZipForge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FunctionControlTest {
    private static ControlFixture fixture;
    private static FunctionControl control;

    @BeforeAll
    static void open() {
        fixture = new ControlFixture();
        control = fixture.control();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.accounts().setQuotas(ACCOUNT, new Accounts.Quotas(1_000, 100_000_000));
        fixture.engine().told();
    }

    @Test
    void aNewFunctionIsThereWithItsCodeUnpacked() throws IOException {
        fixture.create("fresh", "index.handler");

        Blueprint blueprint = resolve("fresh").blueprint();

        assertEquals(
                "arn:aws:lambda:us-east-1:111122223333:function:fresh:$LATEST",
                blueprint.workload());
        assertEquals(3_000, blueprint.timeoutMs());
        assertEquals("index.handler", Files.readString(blueprint.code().resolve("index.js")));
    }

    @Test
    void aFunctionExistsOnce() {
        fixture.create("once", "a");

        Fault fault = assertThrows(Fault.class, () -> fixture.create("once", "b"));

        assertEquals(Fault.Kind.CONFLICT, fault.kind());
        assertEquals("Function already exist: once", fault.text());
    }

    @Test
    void whatIsNotInMemoryIsNotCachedUntilItIsResolved() {
        try (FunctionControl other = fixture.start()) {
            fixture.create("lazy", "a");
            FunctionCatalog catalog = other.catalog();
            Optional<FunctionCatalog.Target> before = catalog.cached(ACCOUNT, "lazy", null);
            FunctionCatalog.Target ignored = catalog.resolve(ACCOUNT, "lazy", null);

            Optional<FunctionCatalog.Target> after = catalog.cached(ACCOUNT, "lazy", null);

            assertTrue(before.isEmpty());
            assertTrue(after.isPresent());
        }
    }

    @Test
    void aNewFunctionIsExpectedByTheNodeThatMadeIt() {
        fixture.create("expected", "a");

        Optional<FunctionCatalog.Target> target =
                control.catalog().cached(ACCOUNT, "expected", null);

        assertTrue(target.isPresent());
    }

    @Test
    void anUpdateIsSeenByTheCatalogAndTheEngineWhenItReturns() throws IOException {
        fixture.create("update", "old");
        long before = resolve("update").blueprint().revision();
        fixture.engine().told();

        updateCode("update", "new");

        Blueprint after = resolve("update").blueprint();
        assertTrue(after.revision() > before);
        assertEquals("new", Files.readString(after.code().resolve("index.js")));
        assertEquals(List.of("replace update:$LATEST old"), fixture.engine().told());
    }

    @Test
    void theSameCodeAgainReplacesNothingButHasANewRevisionId() {
        FunctionVersion created = fixture.create("same", "code");
        resolve("same");
        fixture.engine().told();

        FunctionVersion updated = updateCode("same", "code");

        assertNotEquals(created.revisionId(), updated.revisionId());
        assertEquals(created.revision(), updated.revision());
        assertEquals(List.of(), fixture.engine().told());
    }

    @Test
    void aWrongRevisionIdChangesNothing() {
        FunctionVersion created = fixture.create("revision", "a");

        Fault fault =
                assertThrows(
                        Fault.class,
                        () ->
                                control.functions()
                                        .updateSettings(name("revision"), settings("b"), "wrong"));

        assertEquals(Fault.Kind.PRECONDITION, fault.kind());
        assertEquals(
                created.revisionId(),
                control.functions().get(name("revision")).version().revisionId());
    }

    @Test
    void aDryRunStoresNothing() throws IOException {
        fixture.create("dry", "before");
        long folders = count(fixture.codeFolder());

        FunctionVersion checked =
                control.functions()
                        .updateCode(
                                name("dry"),
                                new FunctionAdmin.CodeChange(
                                        new CodeSource.Zip(ZipForge.of("x", "never stored")),
                                        null,
                                        null,
                                        true,
                                        true));

        assertNotEquals(checked.code(), control.functions().get(name("dry")).version().code());
        assertEquals(folders, count(fixture.codeFolder()));
    }

    @Test
    void badCodeLeavesNothingBehind() throws IOException {
        long folders = count(fixture.codeFolder());
        var bad = new CodeSource.Zip(new ZipForge().file("ok", "x").file("../bad", "x").bytes());

        assertThrows(
                Fault.class,
                () ->
                        control.functions()
                                .create(name("bad"), settings("a"), null, Map.of(), bad, false));

        assertEquals(folders, count(fixture.codeFolder()));
        assertThrows(Fault.class, () -> resolve("bad"));
    }

    @Test
    void publishingTwiceWithoutAChangeGivesTheSameVersion() {
        fixture.create("publish", "one");
        FunctionVersion first = publish("publish");
        FunctionVersion again = publish("publish");
        updateCode("publish", "two");

        FunctionVersion second = publish("publish");

        assertEquals("1", first.label());
        assertEquals("1", again.label());
        assertEquals("2", second.label());
        assertEquals(List.of("$LATEST", "1", "2"), labels("publish"));
    }

    @Test
    void aPublishedVersionKeepsItsCode() throws IOException {
        fixture.create("frozen", "one");
        publish("frozen");
        updateCode("frozen", "two");

        Blueprint blueprint = resolve("frozen:1").blueprint();

        assertEquals("1", blueprint.version());
        assertEquals("one", Files.readString(blueprint.code().resolve("index.js")));
    }

    @Test
    void deletingAFunctionRetiresAllThatRuns() {
        fixture.create("gone", "one");
        publish("gone");
        resolve("gone:1");
        fixture.engine().told();

        control.functions().delete(name("gone"));

        assertEquals(List.of("retire gone:$LATEST", "retire gone:1"), fixture.engine().told());
        Fault fault = assertThrows(Fault.class, () -> resolve("gone"));
        assertEquals(
                "Function not found: arn:aws:lambda:us-east-1:111122223333:function:gone",
                fault.text());
    }

    @Test
    void aFunctionMadeAgainUnderItsNameIsTheNewOne() throws IOException {
        fixture.create("again", "old");
        long old = resolve("again").blueprint().revision();
        control.functions().delete(name("again"));

        fixture.create("again", "new");

        Blueprint blueprint = resolve("again").blueprint();
        assertTrue(blueprint.revision() > old);
        assertEquals("new", Files.readString(blueprint.code().resolve("index.js")));
    }

    @Test
    void anAliasWithAWeightLeadsToEitherVersion() {
        fixture.create("weights", "one");
        publish("weights");
        updateCode("weights", "two");
        publish("weights");
        control.aliases()
                .create(name("weights:live"), new Aliases.Change("1", null, Map.of("2", 0.1)));
        fixture.setChance(0.05);
        String rare = resolve("weights:live").blueprint().version();
        fixture.setChance(0.5);

        FunctionCatalog.Target usual = resolve("weights:live");

        assertEquals("2", rare);
        assertEquals("1", usual.blueprint().version());
        assertTrue(usual.invokedArn().endsWith(":function:weights:live"));
    }

    @Test
    void aVersionThatAnAliasUsesStays() {
        fixture.create("used", "one");
        publish("used");
        control.aliases().create(name("used:live"), new Aliases.Change("1", null, null));

        Fault fault = assertThrows(Fault.class, () -> control.functions().delete(name("used:1")));

        assertEquals(Fault.Kind.CONFLICT, fault.kind());
        assertTrue(fault.text().contains("referenced by alias live"));
    }

    @Test
    void namesAreUnderstoodInAllForms() {
        fixture.create("forms", "a");
        publish("forms");
        String arn = "arn:aws:lambda:us-east-1:111122223333:function:forms";

        List<String> versions =
                List.of("forms", "forms:1", ACCOUNT + ":function:forms", arn, arn + ":1").stream()
                        .map(each -> resolve(each).blueprint().version())
                        .toList();

        assertEquals(List.of("$LATEST", "1", "$LATEST", "$LATEST", "1"), versions);
    }

    @Test
    void contradictingQualifiersAreRefused() {
        fixture.create("contradiction", "a");

        Fault fault =
                assertThrows(
                        Fault.class,
                        () -> control.catalog().resolve(ACCOUNT, "contradiction:1", "2"));

        assertTrue(fault.text().startsWith("The derived qualifier"));
    }

    @Test
    void reservedAndProvisionedConcurrencyReachTheEngine() {
        fixture.create("busy", "a");
        publish("busy");
        resolve("busy");
        fixture.engine().told();
        control.concurrency().reserve(name("busy"), 20);
        control.concurrency().provision(name("busy:1"), 5);
        control.concurrency().unprovision(name("busy:1"));

        control.concurrency().unreserve(name("busy"));

        assertEquals(
                List.of(
                        "reserve busy OptionalInt[20]",
                        "provision busy:1 5",
                        "provision busy:1 0",
                        "reserve busy OptionalInt.empty"),
                fixture.engine().told());
    }

    @Test
    void provisionedConcurrencyIsReadyWhenTheInstancesAre() {
        fixture.create("warm", "a");
        publish("warm");
        boolean before = control.concurrency().provision(name("warm:1"), 2).isReady();
        fixture.engine().setReady(name("warm:1").qualifiedArn(), 3);

        Concurrency.Provisioned after = control.concurrency().provisioned(name("warm:1"));

        assertFalse(before);
        assertTrue(after.isReady());
        assertEquals(2, after.available());
    }

    @Test
    void theEngineLearnsOfConcurrencyAtTheStart() {
        fixture.create("restart", "a");
        control.concurrency().reserve(name("restart"), 7);
        fixture.engine().told();

        try (FunctionControl restarted = fixture.start()) {
            assertEquals(REGION, restarted.region());
        }

        assertTrue(fixture.engine().told().contains("reserve restart OptionalInt[7]"));
    }

    @Test
    void theAccountKeepsSomeConcurrencyUnreserved() {
        fixture.create("greedy", "a");

        Fault fault =
                assertThrows(Fault.class, () -> control.concurrency().reserve(name("greedy"), 999));

        assertTrue(fault.text().contains("below its minimum value of [100]"));
    }

    @Test
    void queuedInvocationsFollowThePolicyOfTheirQualifier() {
        fixture.create("queued", "a");
        String target = name("other").arn();
        control.queuePolicies()
                .put(
                        name("queued"),
                        new QueuePolicies.Change(
                                OptionalInt.of(60), OptionalInt.of(0), null, target));

        FunctionCatalog.QueuePolicy policy =
                control.catalog().queuePolicy(name("queued").arn(), "");

        assertEquals(new FunctionCatalog.QueuePolicy(60_000, 0, null, target), policy);
        assertEquals(
                QueuePolicies.DEFAULT, control.catalog().queuePolicy(name("queued").arn(), "1"));
    }

    @Test
    void aUrlIsFoundByItsIdUntilItIsDeleted() {
        fixture.create("url", "a");
        FunctionUrls.Url url =
                control.urls()
                        .create(
                                name("url"),
                                new FunctionUrls.Change("NONE", "RESPONSE_STREAM", null));
        Optional<FunctionCatalog.UrlTarget> found = control.catalog().url(url.urlId());

        control.urls().delete(name("url"));

        assertTrue(found.orElseThrow().streaming());
        assertFalse(found.orElseThrow().requiresIam());
        assertTrue(control.catalog().url(url.urlId()).isEmpty());
    }

    @Test
    void permissionsReachTheCatalog() {
        fixture.create("shared", "a");
        resolve("shared");
        control.permissions()
                .add(
                        name("shared"),
                        new Permissions.Permission(
                                "sid",
                                "444455556666",
                                "lambda:InvokeFunction",
                                null,
                                null,
                                null,
                                false),
                        null);
        String granted = String.valueOf(resolve("shared").resourcePolicy());

        control.permissions().remove(name("shared"), "sid", null);

        assertTrue(granted.contains("arn:aws:iam::444455556666:root"), granted);
        assertEquals(null, resolve("shared").resourcePolicy());
    }

    @Test
    void aStatementIdIsUsedOnce() {
        fixture.create("sid", "a");
        var permission =
                new Permissions.Permission(
                        "s", "*", "lambda:InvokeFunction", null, null, "NONE", false);
        control.permissions().add(name("sid"), permission, null);

        Fault fault =
                assertThrows(
                        Fault.class,
                        () -> control.permissions().add(name("sid"), permission, null));

        assertEquals(Fault.Kind.CONFLICT, fault.kind());
    }

    @Test
    void layersAreMountedInOrderAndOutliveTheirDeletion() throws IOException {
        var layer = LayerName.parse(REGION, ACCOUNT, "base");
        var about = new Layers.About("", "", List.of("nodejs22.x"), List.of());
        LayerName published =
                control.layers().publish(layer, about, ZipForge.of("shared.txt", "shared")).name();
        control.functions()
                .create(
                        name("layered"),
                        withLayers(List.of(published.versionArn())),
                        null,
                        Map.of(),
                        new CodeSource.Zip(ZipForge.of("index.js", "layered")),
                        false);

        control.layers().delete(published);

        Path mounted = resolve("layered").blueprint().layers().getFirst();
        assertEquals("shared", Files.readString(mounted.resolve("shared.txt")));
        assertThrows(Fault.class, () -> control.layers().get(published));
    }

    @Test
    void unreferencedCodeIsSweptAndUsedCodeStays() {
        FunctionVersion first = fixture.create("swept", "only here");
        FunctionVersion kept = fixture.create("kept", "kept here");
        control.functions().delete(name("swept"));
        fixture.pass(Limits.CODE_UNREFERENCED_MS.value() / 2);
        boolean early = Files.exists(folder(first));

        fixture.pass(Limits.CODE_UNREFERENCED_MS.value());

        assertTrue(early);
        assertFalse(Files.exists(folder(first)));
        assertTrue(Files.exists(folder(kept)));
        assertThrows(Fault.class, () -> control.functions().code(first.code().sha256()));
    }

    @Test
    void codeIsUnpackedAgainWhenItsFolderIsMissing() throws IOException {
        FunctionVersion version = fixture.create("missing", "restored");
        Files.delete(folder(version).resolve("index.js"));
        Files.delete(folder(version));

        try (FunctionControl next = fixture.start()) {
            Blueprint blueprint = next.catalog().resolve(ACCOUNT, "missing", null).blueprint();

            assertEquals("restored", Files.readString(blueprint.code().resolve("index.js")));
        }
    }

    @Test
    void theQuotaOfStoredCodeHolds() {
        FunctionVersion version = fixture.create("quota", "a");
        long used = control.functions().usage(ACCOUNT).codeBytes();
        fixture.accounts()
                .setQuotas(
                        ACCOUNT, new Accounts.Quotas(1_000, used + version.code().sizeBytes() - 1));

        Fault fault = assertThrows(Fault.class, () -> fixture.create("quota2", "b"));

        assertEquals("code-storage-exceeded", fault.code());
        assertEquals(used, control.functions().usage(ACCOUNT).codeBytes());
        assertThrows(Fault.class, () -> resolve("quota2"));
    }

    @Test
    void listsGoOnWhereTheyStopped() {
        for (int i = 0; i < 5; i++) {
            control.functions()
                    .create(
                            FunctionName.parse(REGION, "999988887777", "f" + i, null),
                            settings("a"),
                            null,
                            Map.of(),
                            new CodeSource.Zip(ZipForge.of("a", "a")),
                            false);
        }
        Page<FunctionVersion> first =
                control.functions().list(REGION, "999988887777", false, null, 3);

        Page<FunctionVersion> second =
                control.functions().list(REGION, "999988887777", false, first.nextMarker(), 3);

        assertEquals(List.of("f0", "f1", "f2"), names(first));
        assertEquals(List.of("f3", "f4"), names(second));
        assertEquals(null, second.nextMarker());
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        var unknown =
                new SettingsChange(
                        "cobol85",
                        "a",
                        ControlFixture.ROLE,
                        null,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        null,
                        null);

        Fault fault =
                assertThrows(
                        Fault.class,
                        () ->
                                control.functions()
                                        .create(
                                                name("cobol"),
                                                unknown,
                                                null,
                                                Map.of(),
                                                new CodeSource.Zip(ZipForge.of("a", "a")),
                                                false));

        assertTrue(fault.text().contains("[nodejs22.x, python3.12]"), fault.text());
    }

    @Test
    void anotherNodeSeesAChangeSoon() throws InterruptedException {
        fixture.create("remote", "old");
        try (FunctionControl other = fixture.start()) {
            long before = other.catalog().resolve(ACCOUNT, "remote", null).blueprint().revision();

            updateCode("remote", "new");

            long after = before;
            for (int i = 0; i < 500 && after == before; i++) {
                Thread.sleep(10);
                after = other.catalog().resolve(ACCOUNT, "remote", null).blueprint().revision();
            }
            assertTrue(after > before);
        }
    }

    private static FunctionCatalog.Target resolve(String function) {
        return control.catalog().resolve(ACCOUNT, function, null);
    }

    private static FunctionVersion publish(String function) {
        return control.functions().publish(name(function), null, null, null);
    }

    private static FunctionVersion updateCode(String function, String content) {
        return control.functions()
                .updateCode(
                        name(function),
                        new FunctionAdmin.CodeChange(
                                new CodeSource.Zip(ZipForge.of("index.js", content)),
                                null,
                                null,
                                false,
                                false));
    }

    private static List<String> labels(String function) {
        return control.functions().versions(name(function), null, 50).items().stream()
                .map(FunctionVersion::label)
                .toList();
    }

    private static List<String> names(Page<FunctionVersion> page) {
        return page.items().stream().map(each -> each.name().name()).toList();
    }

    private static SettingsChange withLayers(List<String> arns) {
        SettingsChange plain = settings("a");
        return new SettingsChange(
                plain.runtime(),
                plain.handler(),
                plain.role(),
                null,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                null,
                arns);
    }

    private static Path folder(FunctionVersion version) {
        return fixture.codeFolder().resolve(version.code().sha256());
    }

    private static long count(Path folder) throws IOException {
        try (var children = Files.list(folder)) {
            return children.count();
        }
    }
}
