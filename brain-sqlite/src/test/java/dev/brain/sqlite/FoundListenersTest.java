package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.plugin.ProviderContext;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners whose providers are found, as in a plug-in. */
class FoundListenersTest {
    private static final List<String> HEARD = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path folder;

    @BeforeEach
    void forget() {
        HEARD.clear();
    }

    /** Found by the services file that the tests write. */
    public static final class Ear implements BrainListener.Provider {
        @Override
        public String name() {
            return "ear";
        }

        @Override
        public BrainListener create(ProviderContext context) {
            return new Heard();
        }
    }

    /** Another provider of the same name. */
    public static final class OtherEar implements BrainListener.Provider {
        @Override
        public String name() {
            return "ear";
        }

        @Override
        public BrainListener create(ProviderContext context) {
            return new Heard();
        }
    }

    private static final class Heard implements BrainListener, AutoCloseable {
        @Override
        public void on(BrainEvent event) {
            HEARD.add(
                    event instanceof BrainEvent.TaskQueued queued
                            ? "TaskQueued " + queued.siteId() + " " + queued.resourceId()
                            : event.getClass().getSimpleName());
        }

        @Override
        public void close() {
            HEARD.add("closed");
        }
    }

    private ClassLoader finds(Class<?>... providers) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(BrainListener.Provider.class.getName()),
                List.of(providers).stream().map(Class::getName).toList());
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    }

    @Test
    void theyHearOfCyclesTasksAndWorkersAndAreClosed() throws Exception {
        Path cases = folder.resolve("cases.db");
        ManyCases.create(cases, 2, 1);
        List<ClassLoader> loaders = List.of(finds(Ear.class));
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Database database = SqliteDatabaseProvider.database(cases)) {
            BrainBuilder builder = Brain.builder()
                    .queue(store)
                    .share(Database.class, database)
                    .share(Profile.class, ManyCases.PROFILE)
                    .pluginLoaders(loaders)
                    .site(ManyCases.SITE);
            try (Brain brain = builder.build()) {
                brain.dryRun();
                assertThat(HEARD).contains("CycleFinished").noneMatch(event -> event.startsWith("TaskQueued"));
                HEARD.clear();
                brain.runCycle();
            }
            String site = ManyCases.SITE.id();
            assertThat(HEARD)
                    .containsSubsequence(
                            "CycleStarted",
                            "TaskQueued " + site + " 1",
                            "TaskQueued " + site + " 2",
                            "CycleFinished",
                            "closed");
            HEARD.clear();
            Worker.builder()
                    .queue(store)
                    .pluginLoaders(loaders)
                    .handler(site, context -> TaskOutcome.done())
                    .build()
                    .drain();
            assertThat(HEARD)
                    .filteredOn(event -> !event.matches("QueueCalled|Handler.*"))
                    .containsExactly("WorkerStarted", "TaskEnded", "TaskEnded", "WorkerStopped", "closed");
        }
    }

    @Test
    void twoOfANameAreAnErrorThatNamesThem() throws Exception {
        List<ClassLoader> loaders = List.of(finds(Ear.class, OtherEar.class));
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            assertThatThrownBy(() ->
                            Brain.builder().queue(store).pluginLoaders(loaders).build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("there are two of the listener 'ear'")
                    .hasMessageContaining("OtherEar");
        }
    }
}
