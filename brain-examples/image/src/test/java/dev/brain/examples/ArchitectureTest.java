package dev.brain.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.brain.Brain;
import dev.brain.queue.TaskQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The walls between the modules, and between what is API and what is not, checked on the compiled main classes.
 */
class ArchitectureTest {
    /** What classes may belong to; those of the packages of no other module belong to the core. */
    private static final List<String> MODULES = List.of(
            "core",
            "sqlite",
            "sqlserver",
            "postgresql",
            "micrometer",
            "playwright",
            "dashboard",
            "spring",
            "launcher",
            "examples");

    private static final String ADAPTERS = "sqlite|sqlserver|postgresql|micrometer|playwright|dashboard";

    /** Brain's own classes without any tests: neither a folder of test classes nor the jar of contract tests. */
    private static final JavaClasses BRAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.brain");

    /** The packages that the core exports, with the modules that may use them. */
    private static final Map<String, Exports> EXPORTS = exports();

    private static final String TEST_CLASSES = "target/test-classes";

    /** The tests of all modules. */
    private static final JavaClasses TESTS = tests();

    @Test
    void everyModuleIsLookedAt() {
        assertThat(BRAIN.stream().map(ArchitectureTest::moduleOf)).containsAll(MODULES);
        assertThat(BRAIN.stream().filter(resideInAPackage("dev.brain.tck.."))).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("dev.brain.(**)").should().beFreeOfCycles());
    }

    @Test
    void coreKnowsOnlyJavaLoggingJsonAndNullness() {
        check(classes()
                .that(areInModule("core"))
                .should()
                .onlyDependOnClassesThat(areInModule("core")
                        .or(resideInAPackage("java.."))
                        .or(resideInAnyPackage("javax.sql..", "javax.crypto..", "javax.net.ssl.."))
                        .or(resideInAPackage("org.slf4j.."))
                        .or(resideInAPackage("com.fasterxml.jackson.."))
                        .or(resideInAPackage("org.jspecify..")))
                .as("brain-core depends on Java, SLF4J, Jackson and JSpecify only"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "sqlserver", "postgresql", "micrometer", "playwright", "dashboard"})
    void adaptersNeverSeeEachOther(String adapter) {
        check(noClasses()
                .that(areInModule(adapter))
                .should()
                .dependOnClassesThat(describe(
                        "are in another adapter, the launcher or the examples",
                        type -> moduleOf(type).matches(ADAPTERS + "|launcher|examples")
                                && !moduleOf(type).equals(adapter))));
    }

    @Test
    void onlyTheStarterAndItsExampleKnowSpring() {
        String spring = "org.springframework..";
        assertThat(BRAIN.stream().filter(areInModule("spring"))).isNotEmpty();
        check(noClasses()
                .that(not(areInModule("spring").or(resideInAPackage("dev.brain.examples.spring.."))))
                .should()
                .dependOnClassesThat(resideInAPackage(spring).or(areInModule("spring"))));
        check(noClasses()
                .that(areInModule("spring"))
                .should()
                .dependOnClassesThat(describe(
                        "are a database's, the browser's, the launcher's or an example's",
                        type -> moduleOf(type).matches("sqlite|sqlserver|postgresql|playwright|launcher|examples"))));
    }

    /** The compiler checks it only for modules that have a module-info. */
    @Test
    void modulesUseOnlyWhatOthersExportToThem() {
        assertThat(EXPORTS.get("dev.brain.site").isQualified()).isFalse();
        assertThat(EXPORTS.get("dev.brain.store").isQualified()).isTrue();
        check(classes().should(new ArchCondition<JavaClass>("use only what other modules export to them") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                !moduleOf(dependency.getTargetClass()).equals(moduleOf(type)))
                        .filter(dependency -> !mayUse(type, dependency.getTargetClass()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
            }
        }));
    }

    /** The launcher and the demo belong to Brain; a plug-in uses what everybody may use. */
    private static boolean mayUse(JavaClass user, JavaClass used) {
        String module = moduleOf(used);
        if (!module.equals("core")) {
            return !isInternal(used);
        }
        Exports exports = EXPORTS.get(used.getBaseComponentType().getPackageName());
        return exports != null
                && (!exports.isQualified()
                        || exports.targets().contains("dev.brain." + moduleOf(user))
                        || resideInAnyPackage("dev.brain.launcher..", "dev.brain.examples.demo..")
                                .test(user));
    }

    private static Map<String, Exports> exports() {
        try {
            Path core = Path.of(Brain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return ModuleFinder.of(core).find("dev.brain.core").orElseThrow().descriptor().exports().stream()
                    .collect(toMap(Exports::source, exports -> exports));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String ENGINE = "dev.brain.internal.engine..";

    @Test
    void theRootPackageHoldsOnlyTheWayIn() {
        assertThat(BRAIN.stream()
                        .filter(resideInAPackage("dev.brain"))
                        .filter(JavaClass::isTopLevelClass)
                        .map(JavaClass::getSimpleName)
                        .filter(name -> !name.equals("package-info")))
                .containsExactlyInAnyOrder("Brain", "BrainBuilder", "BrainOperations");
    }

    @Test
    void onlyTheRootPackageReachesTheEngine() {
        assertThat(BRAIN.get(Brain.class).getDirectDependenciesFromSelf())
                .anyMatch(dependency -> resideInAPackage(ENGINE).test(dependency.getTargetClass()));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.brain", ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ENGINE));
    }

    @Test
    void theEngineReachesNeitherJdbcNorAStore() {
        assertThat(BRAIN.stream().filter(resideInAPackage(ENGINE))).hasSizeGreaterThan(20);
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.brain.jdbc..", "dev.brain.store..", "dev.brain.sqlite..", "java.sql..", "javax.sql.."));
    }

    /** A dry run writes nothing, because nothing that a cycle does can reach the queue itself. */
    @Test
    void cyclesReachTheQueueThroughTheClaimQueueOnly() {
        List<String> allowed = List.of("LiveClaimQueue", "Engine", "EngineParts", "ResourceActions");
        List<String> found = BRAIN.stream()
                .filter(resideInAPackage(ENGINE))
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(TaskQueue.class)))
                .map(JavaClass::getSimpleName)
                .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(allowed);
    }

    @Test
    void publicTypesOfTheCoreShowOnlyPublicTypes() {
        check(classes().that(describe("are API", ArchitectureTest::isApi)).should(new ShowNoInternalType()));
    }

    @Test
    void everyPackageIsNullMarked() {
        check(classes().should(new ArchCondition<JavaClass>("be in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                // module-info has no package, and the package of the compiled templates has no source.
                if (resideInAPackage("dev.brain.dashboard.internal.template").test(type)) {
                    return;
                }
                if (!type.getPackageName().isEmpty() && !type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            type, "%s: package %s is not".formatted(type.getName(), type.getPackageName())));
                }
            }
        }));
    }

    @Test
    void onlyTheLauncherWritesToStandardStreams() {
        check(noClasses().that().resideOutsideOfPackage("dev.brain.launcher..").should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void timeIsAnInstant() {
        // By name, since java.sql.Timestamp extends it and is what JDBC speaks.
        check(noClasses()
                .should(dependOnClassesThat(
                        describe("are java.util.Date", type -> type.getName().equals("java.util.Date")))));
    }

    @Test
    void nothingSleeps() {
        ArchRule rule = noClasses()
                .should()
                .accessTargetWhere(
                        targetIn("sleep", Thread.class, TimeUnit.class)
                                .or(targetIn("park.*", LockSupport.class))
                                .<JavaAccess<?>>forSubtype()
                                .as(
                                        "Thread.sleep, TimeUnit.sleep or LockSupport: wait on what is waited for, which close() can end"));
        check(rule);
        rule.check(TESTS);
    }

    @Test
    void noTestMeasuresTime() {
        noClasses()
                .should()
                .accessTargetWhere(targetIn("nanoTime|currentTimeMillis", System.class)
                        .<JavaAccess<?>>forSubtype()
                        .as("System's clocks: a busy machine takes any time for anything"))
                .check(TESTS);
    }

    @Test
    void everyModulesTestsAreLookedAt() throws IOException {
        for (Path module : modules()) {
            assertThat(module.resolve(TEST_CLASSES))
                    .as("build the other modules too, with -am")
                    .isDirectory();
        }
        assertThat(TESTS.stream().map(ArchitectureTest::moduleOf)).containsAll(MODULES);
    }

    private static JavaClasses tests() {
        try {
            return new ClassFileImporter()
                    .importPaths(modules().stream()
                            .map(module -> module.resolve(TEST_CLASSES))
                            .filter(Files::isDirectory)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        for (String folder : List.of("../..", "..")) {
            try (Stream<Path> folders = Files.list(Path.of(folder))) {
                folders.filter(path -> Files.isDirectory(path.resolve("src/test/java")))
                        // a template for others, and no module of this build
                        .filter(path -> !path.endsWith("template"))
                        .forEach(modules::add);
            }
        }
        return modules;
    }

    private static DescribedPredicate<JavaAccess<?>> targetIn(String name, Class<?>... owners) {
        return target(describe(
                        "named " + name,
                        (AccessTarget target) -> target.getName().matches(name)))
                .and(target(describe(
                        "of " + Arrays.toString(owners),
                        target -> Stream.of(owners)
                                .anyMatch(owner -> target.getOwner().isEquivalentTo(owner)))));
    }

    private static void check(ArchRule rule) {
        rule.check(BRAIN);
    }

    private static DescribedPredicate<JavaClass> areInModule(String module) {
        return describe("are in brain-" + module, type -> moduleOf(type).equals(module));
    }

    /** The module's name without {@code brain-}, by package; what is not Brain's is in none (""). */
    private static String moduleOf(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        if (!(name + ".").startsWith("dev.brain.")) {
            return "";
        }
        return MODULES.stream()
                .filter(module -> (name + ".").startsWith("dev.brain." + module + "."))
                .findFirst()
                .orElse("core");
    }

    private static boolean isInternal(JavaClass type) {
        return !moduleOf(type).isEmpty()
                && List.of(type.getBaseComponentType().getPackageName().split("\\.", -1))
                        .contains("internal");
    }

    private static boolean isForEverybody(JavaClass type) {
        Exports exports = EXPORTS.get(type.getBaseComponentType().getPackageName());
        return exports != null && !exports.isQualified();
    }

    private static boolean isApi(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && isForEverybody(type)
                && type.getEnclosingClass().map(ArchitectureTest::isApi).orElse(true);
    }

    /** Neither a supertype, nor a public or protected field, parameter, result, exception or type argument. */
    private static final class ShowNoInternalType extends ArchCondition<JavaClass> {

        ShowNoInternalType() {
            super("show only types of packages that are exported to everybody in a signature");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                    .forEach(supertype -> check(type, type.getName(), supertype, events));
            type.getTypeParameters().forEach(parameter -> check(type, type.getName(), parameter, events));
            type.getFields().stream()
                    .filter(ShowNoInternalType::isVisible)
                    .forEach(field -> check(type, field.getFullName(), field.getType(), events));
            type.getCodeUnits().stream()
                    .filter(ShowNoInternalType::isVisible)
                    .forEach(unit -> signature(unit).forEach(part -> check(type, unit.getFullName(), part, events)));
        }

        private static boolean isVisible(JavaMember member) {
            Set<JavaModifier> modifiers = member.getModifiers();
            return !modifiers.contains(JavaModifier.SYNTHETIC)
                    && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
        }

        private static Stream<JavaType> signature(JavaCodeUnit unit) {
            return Stream.of(
                            Stream.of(unit.getReturnType()),
                            unit.getParameterTypes().stream(),
                            unit.getTypeParameters().stream(),
                            unit.getExceptionTypes().stream())
                    .flatMap(parts -> parts);
        }

        private static void check(JavaClass type, String where, JavaType shown, ConditionEvents events) {
            shown.getAllInvolvedRawTypes().stream()
                    .filter(involved -> moduleOf(involved).equals("core") && !isForEverybody(involved))
                    .forEach(internal -> events.add(
                            SimpleConditionEvent.violated(type, "%s shows %s".formatted(where, internal.getName()))));
        }
    }
}
