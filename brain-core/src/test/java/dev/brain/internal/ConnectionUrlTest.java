package dev.brain.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class ConnectionUrlTest {
    private final DataSource dataSource = mock(DataSource.class, RETURNS_DEEP_STUBS);

    @Test
    void errorShowsNoPassword() throws SQLException {
        when(dataSource.getConnection())
                .thenThrow(new SQLException("No suitable driver found for jdbc:odd://db;password=secret1"));
        assertThatThrownBy(() -> ConnectionUrl.of(dataSource))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("cannot connect to ask what kind of database the DataSource leads to:"
                        + " No suitable driver found for jdbc:odd:…");
    }

    @Test
    void driverWithoutAUrlIsAnErrorOfTheConfiguration() throws SQLException {
        when(dataSource.getConnection().getMetaData().getURL()).thenReturn(null);
        assertThatThrownBy(() -> ConnectionUrl.of(dataSource))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("give it beside the DataSource");
    }
}
