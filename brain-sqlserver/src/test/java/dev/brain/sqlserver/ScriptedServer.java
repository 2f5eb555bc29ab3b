package dev.brain.sqlserver;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * A server of three free rows, 1 to 3, that knows the dialect's statements. It makes a claim fail at a given point, a
 * given number of times.
 */
final class ScriptedServer implements DataSource {
    /** Where a claim breaks. */
    enum Point {
        CONNECT,
        PREPARE,
        TIME_OUT_SETTING,
        BIND,
        EXECUTE,
        RESULT,
        ROW,
        DRAIN,
        CLOSE_STATEMENT,
        CLOSE_CONNECTION
    }

    private final Point point;
    private final SQLException error;
    private final boolean takesEffect;
    private int breaks;

    private final Map<Integer, String> owners = new TreeMap<>();
    private int claims;

    /**
     * @param takesEffect whether the rows are claimed all the same when it breaks
     * @param breaks how many claims break
     */
    ScriptedServer(Point point, SQLException error, boolean takesEffect, int breaks) {
        this.point = point;
        this.error = error;
        this.takesEffect = takesEffect;
        this.breaks = breaks;
        owners.put(1, "");
        owners.put(2, "");
        owners.put(3, "");
    }

    /** The rows' owners by id; a free row has none. */
    Map<Integer, String> owners() {
        return owners;
    }

    /** How many claims were sent. */
    int claims() {
        return claims;
    }

    @Override
    public Connection getConnection() throws SQLException {
        boolean[] claimed = {false};
        // connecting breaks whatever is going to be sent
        breakAt(Point.CONNECT, true);
        return proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "prepareStatement" -> statement((String) arguments[0], claimed);
            case "getAutoCommit" -> true;
            case "close" -> {
                breakAt(Point.CLOSE_CONNECTION, claimed[0]);
                yield null;
            }
            case "setAutoCommit", "commit", "rollback" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private void breakAt(Point here, boolean claiming) throws SQLException {
        if (claiming && here == point && breaks > 0) {
            breaks--;
            throw error;
        }
    }

    private PreparedStatement statement(String sql, boolean[] claimed) throws SQLException {
        boolean claiming = sql.startsWith("SET NOCOUNT ON");
        claimed[0] |= claiming;
        breakAt(Point.PREPARE, claiming);
        List<Object> values = new ArrayList<>();
        List<Map<String, Object>> answer = new ArrayList<>();
        boolean[] drained = {false};
        return proxy(PreparedStatement.class, (self, method, arguments) -> switch (method.getName()) {
            case "setQueryTimeout" -> {
                breakAt(Point.TIME_OUT_SETTING, claiming);
                yield null;
            }
            case "setObject" -> {
                breakAt(Point.BIND, claiming);
                values.add(arguments[1]);
                yield null;
            }
            case "execute" -> {
                answer.addAll(answer(sql, values, claiming));
                breakAt(Point.EXECUTE, claiming);
                yield true;
            }
            case "getResultSet" -> {
                breakAt(Point.RESULT, claiming);
                yield rows(answer, claiming);
            }
            case "getMoreResults" -> {
                breakAt(Point.DRAIN, claiming);
                drained[0] = true;
                yield false;
            }
            case "getUpdateCount" -> drained[0] ? -1 : 1;
            case "close" -> {
                breakAt(Point.CLOSE_STATEMENT, claiming);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private List<Map<String, Object>> answer(String sql, List<Object> values, boolean claiming) {
        if (sql.contains("compatibility_level")) {
            return List.of(Map.of("level", 150));
        }
        if (sql.contains("dm_exec_describe_first_result_set")) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("type", "int");
            row.put("collation", null);
            return List.of(row);
        }
        String ids = values.stream()
                .map(String::valueOf)
                .filter(value -> value.startsWith("["))
                .findFirst()
                .orElseThrow();
        List<Map<String, Object>> rows = new ArrayList<>();
        boolean lost = claiming && breaks > 0 && !takesEffect;
        claims += claiming ? 1 : 0;
        Matcher id = Pattern.compile("\\d+").matcher(ids);
        while (id.find()) {
            int number = Integer.parseInt(id.group());
            if (owners.containsKey(number)) {
                boolean won = claiming && owners.get(number).isEmpty();
                String owner = won ? "ROBOT" : owners.get(number);
                if (!lost) {
                    owners.put(number, owner);
                }
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("id", number);
                row.put("won", won ? 1 : 0);
                row.put("ours", owner.isEmpty() ? 0 : 1);
                row.put("free", owner.isEmpty() ? 1 : 0);
                row.put("owner", owner);
                rows.add(row);
            }
        }
        return rows;
    }

    private ResultSet rows(List<Map<String, Object>> rows, boolean claiming) {
        List<String> labels =
                rows.isEmpty() ? List.of() : List.copyOf(rows.get(0).keySet());
        int[] at = {-1};
        ResultSetMetaData meta = proxy(ResultSetMetaData.class, (self, method, arguments) -> switch (method.getName()) {
            case "getColumnCount" -> labels.size();
            case "getColumnType" -> Types.OTHER;
            default -> labels.get((Integer) arguments[0] - 1);
        });
        return proxy(ResultSet.class, (self, method, arguments) -> switch (method.getName()) {
            case "getMetaData" -> meta;
            case "next" -> {
                at[0]++;
                if (at[0] > 0) {
                    breakAt(Point.ROW, claiming);
                }
                yield at[0] < rows.size();
            }
            case "getObject" -> rows.get(at[0]).get(labels.get((Integer) arguments[0] - 1));
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        Map<String, Object> ofObject = new HashMap<>(Map.of("toString", type.getSimpleName(), "hashCode", 1));
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> ofObject.containsKey(method.getName())
                        ? ofObject.get(method.getName())
                        : handler.invoke(self, method, arguments)));
    }

    @Override
    public Connection getConnection(String username, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
