package dev.glis;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the code to the house's plan: arrows go down only. */
final class ArchitectureTest {
    private static final JavaClasses GLIS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.glis");

    @Test
    void arrowsGoDownOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("base")
                .definedBy("dev.glis.base..")
                .layer("ground")
                .definedBy("dev.glis.store..", "dev.glis.net..")
                .layer("core")
                .definedBy(
                        "dev.glis.engine..",
                        "dev.glis.accounts..",
                        "dev.glis.meter..",
                        "dev.glis.logs..")
                .layer("services")
                .definedBy(
                        "dev.glis.functions..",
                        "dev.glis.triggers..",
                        "dev.glis.apis..",
                        "dev.glis.objects..")
                .layer("wire")
                .definedBy("dev.glis.wire..")
                .layer("wiring")
                .definedBy("dev.glis")
                .whereLayer("wiring")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("wiring")
                .whereLayer("services")
                .mayOnlyBeAccessedByLayers("wiring", "wire")
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers("wiring", "wire", "services")
                .whereLayer("ground")
                .mayOnlyBeAccessedByLayers("wiring", "wire", "services", "core")
                .check(GLIS);
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        slices().matching("dev.glis.wire.(*)..").should().notDependOnEachOther().check(GLIS);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.glis.(**)").should().beFreeOfCycles().check(GLIS);
    }

    @Test
    void everyClassIsInAKnownPackage() {
        classes()
                .should()
                .resideInAnyPackage(
                        "dev.glis",
                        "dev.glis.base",
                        "dev.glis.store",
                        "dev.glis.net",
                        "dev.glis.engine",
                        "dev.glis.engine.process",
                        "dev.glis.engine.image",
                        "dev.glis.engine.wasm",
                        "dev.glis.accounts",
                        "dev.glis.meter",
                        "dev.glis.logs",
                        "dev.glis.functions",
                        "dev.glis.triggers",
                        "dev.glis.objects",
                        "dev.glis.apis",
                        "dev.glis.apis.usage",
                        "dev.glis.apis.sockets",
                        "dev.glis.apis.clients",
                        "dev.glis.apis.domains",
                        "dev.glis.apis.openapi",
                        "dev.glis.wire",
                        "dev.glis.wire.lambda",
                        "dev.glis.wire.apigatewayv2",
                        "dev.glis.wire.runtime",
                        "dev.glis.wire.admin",
                        "dev.glis.wire.gateway",
                        "dev.glis.wire.portal",
                        "dev.glis.wire.sts",
                        "dev.glis.wire.s3")
                .check(GLIS);
    }

    @Test
    void timeComesFromTheClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.glis.base.SystemClock")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .check(GLIS);
    }

    @Test
    void nettyStaysAtTheEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.glis.net..", "dev.glis.wire.runtime..", "dev.glis")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.netty.."))
                .check(GLIS);
    }

    @Test
    void sqlStaysInTheStore() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.glis.store..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.zaxxer..", "org.postgresql.."))
                .check(GLIS);
    }
}
