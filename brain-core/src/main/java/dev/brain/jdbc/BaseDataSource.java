package dev.brain.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source with an account and time-outs of its own, which callers cannot change. It has no log. */
public abstract class BaseDataSource implements DataSource {
    /** For subclasses. */
    protected BaseDataSource() {}

    @Override
    public final Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the data source has an account of its own");
    }

    @Override
    public final @Nullable PrintWriter getLogWriter() {
        return null;
    }

    /** Does nothing. */
    @Override
    public final void setLogWriter(@Nullable PrintWriter out) {}

    /** Does nothing. */
    @Override
    public final void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public final Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the data source has no logger");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException(this + " is not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
