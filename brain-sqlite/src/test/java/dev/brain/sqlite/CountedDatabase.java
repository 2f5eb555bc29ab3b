package dev.brain.sqlite;

import dev.brain.jdbc.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A system of record that counts what is executed and committed, whatever it was prepared on. */
final class CountedDatabase {
    final AtomicInteger statements = new AtomicInteger();
    final AtomicInteger commits = new AtomicInteger();

    Database of(Database real) {
        return new Database(counting(DataSource.class, real.dataSource()), real.dialect(), real.location());
    }

    private <T> T counting(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        statements.incrementAndGet();
                    } else if (method.getName().equals("commit")) {
                        commits.incrementAndGet();
                    }
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (result instanceof Connection connection) {
                        return counting(Connection.class, connection);
                    }
                    return result instanceof PreparedStatement statement
                            ? counting(PreparedStatement.class, statement)
                            : result;
                }));
    }
}
