package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.plugin.ProviderContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class ApplicationDatabaseTest {
    @Test
    void aKindThatNoProviderKnowsIsAddressedInStandardSql() {
        JdbcDataSource dataSource = new JdbcDataSource();
        try (ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(ApplicationDatabaseTest.class.getClassLoader()))) {
            Database database = Database.of("jdbc:h2:mem:cases;PASSWORD=secret", dataSource, context);

            assertThat(database.dataSource()).isSameAs(dataSource);
            assertThat(database.dialect()).isInstanceOf(StandardDialect.class);
            assertThat(database.location()).isEqualTo("jdbc:h2:mem:cases");
        }
    }
}
