package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.config.Environment;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.jdbc.NotAppliedException;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlUpdateClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims that a database refuses have no effect, so a row that is the claimant's afterwards was taken by another. */
class RefusedClaimTest {
    private static final Claimant ROBOT = new Claimant("ROBOT");

    @TempDir
    Path folder;

    private Path cases() {
        return folder.resolve("cases.db");
    }

    /** A database of which another program takes the first case after the claim, before anything else is read. */
    private Database withNamesake() {
        SqliteDataSource real = new SqliteDataSource(cases());
        AtomicInteger connections = new AtomicInteger();
        DataSource source = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class, AutoCloseable.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection") && connections.incrementAndGet() == 2) {
                        TestDatabase.execute(
                                cases(),
                                "DROP TRIGGER refuse",
                                "UPDATE cases SET state = 1, owner = 'ROBOT' WHERE id = 1");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new Database(source, new SqliteDialect(), "the cases");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABORT", "FAIL", "ROLLBACK"})
    void aRowThatAnotherTookAfterARefusedClaimIsNotOurs(String how) {
        ManyCases.create(cases(), 1, 1);
        TestDatabase.execute(
                cases(), "CREATE TRIGGER refuse AFTER UPDATE ON cases BEGIN SELECT RAISE(" + how + ", 'closed'); END");
        ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(getClass().getClassLoader()));
        try (Database database = withNamesake()) {
            SqlUpdateClaimStrategy strategy = new SqlUpdateClaimStrategy(
                    database, new Profiles(context, List.of(ManyCases.PROFILE), null), Environment.of(Map.of()));
            Map<ResourceId, ClaimOutcome> outcomes =
                    strategy.claim(ManyCases.SITE, ROBOT, List.of(new Resource(ResourceId.of(1), "2026/1", Map.of())));

            assertThat(outcomes.get(ResourceId.of(1)).result()).isEqualTo(Result.ALREADY_OURS);
        }
    }

    @Test
    void anErrorThatTheDatabaseReportsIsNotUnknown() {
        ManyCases.create(cases(), 1, 1);
        try (Database database = withNamesake()) {
            assertThatThrownBy(() -> new JdbcRunner(database).write("claim", session -> {
                        session.update(new BoundSql("UPDATE cases SET state = 1", List.of()));
                        throw new SQLException("the statement was interrupted");
                    }))
                    .isInstanceOf(NotAppliedException.class);
            assertThat(TestDatabase.column(cases(), "SELECT state FROM cases")).containsExactly(0);
        }
    }
}
