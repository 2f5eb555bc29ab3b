package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.brain.error.BrainException;
import dev.brain.jdbc.Dialect.Fault;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcRunnerTest {
    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** A database that fails at the commit, or whose roll-back fails too, with an error of that kind. */
    private static JdbcRunner runner(Fault fault, boolean failsAtCommit, boolean rollsBack) {
        Connection connection = proxy(Connection.class, (self, method, arguments) -> {
            boolean fails = (method.getName().equals("commit") && failsAtCommit)
                    || (method.getName().equals("rollback") && !rollsBack);
            if (fails) {
                throw new SQLException(method.getName() + " failed");
            }
            return method.getName().equals("getAutoCommit") ? (Object) true : null;
        });
        Dialect dialect = proxy(Dialect.class, (self, method, arguments) -> switch (method.getName()) {
            case "classify" -> fault;
            case "describe" -> ((SQLException) arguments[0]).getMessage();
            case "advice" -> Optional.empty();
            default -> false;
        });
        return new JdbcRunner(new Database(
                proxy(DataSource.class, (self, method, arguments) -> connection), dialect, "the database"));
    }

    @ParameterizedTest
    @CsvSource({
        "ROW,        false, true,  true",
        "ROW,        false, false, true",
        "ROW,        true,  true,  true",
        "OTHER,      false, true,  true",
        "OTHER,      false, false, false",
        "OTHER,      true,  true,  false",
        "CONNECTION, false, false, false",
        "CONNECTION, true,  true,  false"
    })
    void onlyABrokenConnectionOrALostAnswerLeavesAChangeUnknown(
            Fault fault, boolean failsAtCommit, boolean rollsBack, boolean isNotApplied) {
        BrainException error = catchThrowableOfType(
                BrainException.class,
                () -> runner(fault, failsAtCommit, rollsBack).write("claim", session -> {
                    if (!failsAtCommit) {
                        throw new SQLException("the statement failed");
                    }
                    return null;
                }));

        assertThat(
                        error instanceof RowRefusedException refused
                                ? refused.isRolledBack()
                                : error instanceof NotAppliedException)
                .isEqualTo(isNotApplied);
    }
}
