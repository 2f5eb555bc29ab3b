package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SQL with parameters by name: {@code :name}, outside of literals, quoted names and comments. Immutable.
 *
 * <p>A collection is bound as a list, for {@code IN (:names)}; after {@code column LIKE} it is bound as alternatives,
 * {@code (column LIKE ? OR column LIKE ?)}, after {@code NOT LIKE} as {@code AND}, each with the {@code ESCAPE}
 * clause that follows. An empty one matches nothing.
 */
public final class NamedSql {
    // Opening and closing brackets differ, so a doubled closing bracket must be read as part of its name. A doubled
    // quote could also be read as two adjacent names.
    private static final Pattern TOKEN = Pattern.compile(
            "(?<literal>'[^']*')"
                    + "|(?<quoted>\"[^\"]*\"(?:\"[^\"]*\")*+|\\[[^\\]]*\\](?:\\][^\\]]*\\])*+|`[^`]*`)"
                    + "|(?<comment>--[^\\n]*|/\\*.*?\\*/)"
                    + "|::|(?<![\\w:]):(?<parameter>[\\p{L}_]\\w*)",
            Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS);

    private static final String NAME = "[\\w$#@]+";
    // the lookbehind: a name that is only the end of "f(a) COLLATE name" or "a || name" is no column by itself
    private static final Pattern COLUMN_LIKE = Pattern.compile(
            "(?<![\\w$#@.]|[|+*%&-]\\s{0,20}|\\bCOLLATE\\s{1,20})(?!NOT\\s)" + NAME + "(?:\\." + NAME
                    + ")*(?:\\s+COLLATE\\s+\\w+)?\\s+(NOT\\s+)?LIKE\\s*$",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern LIKE = Pattern.compile("\\bLIKE\\s*$", Pattern.CASE_INSENSITIVE);

    private static final Pattern ESCAPE = Pattern.compile("^\\s+ESCAPE\\s+'.'", Pattern.CASE_INSENSITIVE);

    /** Text between parameters: one more than there are parameters. */
    private final List<Text> texts;

    /**
     * A part of the statement.
     *
     * @param sql the given text
     * @param shape a text of the same length in which each quoted name is a word, and literals and comments contain no words
     */
    private record Text(String sql, String shape) {}

    private final List<String> names;

    private NamedSql(List<Text> texts, List<String> names) {
        this.texts = texts;
        this.names = names;
    }

    public static NamedSql parse(String sql) {
        List<Text> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        StringBuilder shape = new StringBuilder(sql);
        Matcher matcher = TOKEN.matcher(sql);
        int from = 0;
        while (matcher.find()) {
            int start = matcher.start();
            int end = matcher.end();
            if (matcher.group("parameter") != null) {
                texts.add(new Text(sql.substring(from, start), shape.substring(from, start)));
                names.add(matcher.group("parameter"));
                from = end;
            } else if (matcher.group("literal") != null) {
                fill(shape, start, end, '\'');
            } else if (matcher.group("quoted") != null) {
                fill(shape, start, end, 'x');
            } else if (matcher.group("comment") != null) {
                fill(shape, start, end, ' ');
            }
        }
        texts.add(new Text(sql.substring(from), shape.substring(from)));
        return new NamedSql(texts, names);
    }

    /** Costs only the length of the token, where replacing a part of a text would move all that is behind it. */
    private static void fill(StringBuilder text, int start, int end, char filling) {
        for (int i = start; i < end; i++) {
            text.setCharAt(i, filling);
        }
    }

    /**
     * Returns the SQL with double quotes around names replaced by the dialect's own. SQLite treats an unknown name in
     * double quotes as a text.
     */
    static String withNamesQuotedBy(Dialect dialect, String sql) {
        return TOKEN.matcher(sql).replaceAll(match -> {
            String token = match.group();
            return Matcher.quoteReplacement(
                    token.startsWith("\"")
                            ? dialect.quote(
                                    token.substring(1, token.length() - 1).replace("\"\"", "\""))
                            : token);
        });
    }

    /** The parameters' names, each once, in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /**
     * The statement with these values; further ones are left alone.
     *
     * @throws ConfigurationException if a parameter has no entry, or has several values after a LIKE without a column
     */
    public BoundSql bind(Map<String, ? extends @Nullable Object> values) {
        StringBuilder sql = new StringBuilder(texts.get(0).sql());
        List<@Nullable Object> bound = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!values.containsKey(name)) {
                throw new ConfigurationException("nothing gives the parameter :" + name
                        + " a value; declare it in the profile's \"parameters\"");
            }
            String after = texts.get(i + 1).sql();
            int taken = append(sql, bound, name, values.get(name), texts.get(i).shape(), after);
            sql.append(after, taken, after.length());
        }
        return new BoundSql(sql.toString(), bound);
    }

    /** Returns how much of the text behind the parameter it has taken along. */
    private static int append(
            StringBuilder sql,
            List<@Nullable Object> bound,
            String name,
            @Nullable Object value,
            String shapeBefore,
            String after) {
        if (!(value instanceof Collection<?> list)) {
            sql.append('?');
            bound.add(value);
            return 0;
        }
        int taken = 0;
        Matcher like = COLUMN_LIKE.matcher(shapeBefore);
        if (list.isEmpty()) {
            sql.append("NULL");
        } else if (list.size() > 1 && like.find()) {
            Matcher escape = ESCAPE.matcher(after);
            taken = escape.find() ? escape.end() : 0;
            int start = sql.length() - (shapeBefore.length() - like.start());
            String condition = sql.substring(start) + "?" + after.substring(0, taken);
            String joined =
                    String.join(like.group(1) == null ? " OR " : " AND ", Collections.nCopies(list.size(), condition));
            sql.setLength(start);
            sql.append('(').append(joined).append(')');
        } else if (list.size() > 1 && LIKE.matcher(shapeBefore).find()) {
            throw new ConfigurationException("the parameter :" + name
                    + " has several values, and these can be alternatives of \"column LIKE :" + name
                    + "\" only, not of another expression before LIKE");
        } else {
            sql.append(String.join(",", Collections.nCopies(list.size(), "?")));
        }
        bound.addAll(list);
        return taken;
    }
}
