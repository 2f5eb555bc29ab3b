package dev.brain.tck;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Records how a database runs the queries of connections: each query is explained with its values before it runs. */
public final class PlanRecorder {
    private final String explain;
    private final int column;
    private final List<Plan> plans = new ArrayList<>();
    private boolean isOn;

    /**
     * @param explain what begins a statement that returns a plan: "EXPLAIN"
     * @param column the column of its result that has the plan, in lines
     */
    public PlanRecorder(String explain, int column) {
        this.explain = explain;
        this.column = column;
    }

    /** A query and its plan. */
    public record Plan(String query, List<String> lines) {}

    /** Returns the plans of the queries that an action runs. */
    public List<Plan> during(Runnable action) {
        plans.clear();
        isOn = true;
        action.run();
        isOn = false;
        return List.copyOf(plans);
    }

    public Connection of(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = call(connection, method, arguments);
            if (result instanceof PreparedStatement statement
                    && method.getName().equals("prepareStatement")
                    && isQuery((String) arguments[0])) {
                return recording(connection, (String) arguments[0], statement);
            }
            return result;
        });
    }

    private static boolean isQuery(String sql) {
        String begin = sql.strip().toUpperCase(Locale.ROOT);
        return begin.startsWith("SELECT") || begin.startsWith("WITH");
    }

    private PreparedStatement recording(Connection connection, String sql, PreparedStatement real) {
        List<Object[]> values = new ArrayList<>();
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().equals("setObject")) {
                values.add(arguments);
            } else if (isRun(method) && isOn) {
                plans.add(new Plan(sql, explain(connection, sql, values)));
            }
            Object result = call(real, method, arguments);
            if (isRun(method)) {
                values.clear();
            }
            return result;
        });
    }

    private static boolean isRun(Method method) {
        return method.getName().equals("execute") || method.getName().equals("executeQuery");
    }

    private List<String> explain(Connection connection, String sql, List<Object[]> values) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(explain + " " + sql)) {
            for (Object[] value : values) {
                statement.setObject((int) value[0], value[1]);
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    lines.add(result.getString(column));
                }
            }
        }
        return lines;
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
