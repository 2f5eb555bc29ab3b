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
    private static final String LIKE = "LIKE";
    private static final Pattern ESCAPE = Pattern.compile("^\\s+ESCAPE\\s+'.'", Pattern.CASE_INSENSITIVE);

    /** Text between parameters: one more than there are parameters. */
    private final List<String> texts;

    private final List<Parameter> parameters;

    /**
     * A parameter.
     *
     * @param isAfterLike whether LIKE stands before it
     * @param condition how many characters before it a {@code column LIKE} begins; 0 if there is none
     * @param negated whether that is {@code NOT LIKE}
     * @param escape how many characters behind it are an {@code ESCAPE} clause
     */
    private record Parameter(String name, boolean isAfterLike, int condition, boolean negated, int escape) {
        /**
         * @param shapeBefore a text of the length of the one before it, in which each quoted name is a word, and literals
         *     and comments contain no words
         */
        static Parameter of(String name, String shapeBefore, String after) {
            if (!endsInLike(shapeBefore)) {
                return new Parameter(name, false, 0, false, 0);
            }
            Matcher escape = ESCAPE.matcher(after);
            Matcher like = COLUMN_LIKE.matcher(shapeBefore);
            boolean found = like.find();
            return new Parameter(
                    name,
                    true,
                    found ? shapeBefore.length() - like.start() : 0,
                    found && like.group(1) != null,
                    escape.find() ? escape.end() : 0);
        }

        private static boolean endsInLike(String shape) {
            String text = shape.stripTrailing();
            int start = text.length() - LIKE.length();
            return start >= 0
                    && text.regionMatches(true, start, LIKE, 0, LIKE.length())
                    && (start == 0 || !Character.isJavaIdentifierPart(text.charAt(start - 1)));
        }
    }

    private NamedSql(List<String> texts, List<Parameter> parameters) {
        this.texts = texts;
        this.parameters = parameters;
    }

    public static NamedSql parse(String sql) {
        List<String> texts = new ArrayList<>();
        List<String> shapes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        StringBuilder shape = new StringBuilder(sql);
        Matcher matcher = TOKEN.matcher(sql);
        int from = 0;
        while (matcher.find()) {
            int start = matcher.start();
            int end = matcher.end();
            if (matcher.group("parameter") != null) {
                texts.add(sql.substring(from, start));
                shapes.add(shape.substring(from, start));
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
        texts.add(sql.substring(from));
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            parameters.add(Parameter.of(names.get(i), shapes.get(i), texts.get(i + 1)));
        }
        return new NamedSql(texts, parameters);
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

    /** Returns the names of the parameters in order, each once. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        parameters.forEach(parameter -> names.add(parameter.name()));
        return Collections.unmodifiableSet(names);
    }

    /**
     * Returns the statement with these values. Values of other names are ignored.
     *
     * @throws ConfigurationException if a parameter has no entry, or has several values after a LIKE without a column
     */
    public BoundSql bind(Map<String, ? extends @Nullable Object> values) {
        StringBuilder sql = new StringBuilder(texts.get(0));
        List<@Nullable Object> bound = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            if (!values.containsKey(parameter.name())) {
                throw new ConfigurationException("nothing gives the parameter :" + parameter.name()
                        + " a value; declare it in the profile's \"parameters\"");
            }
            String after = texts.get(i + 1);
            int taken = append(sql, bound, parameter, values.get(parameter.name()), after);
            sql.append(after, taken, after.length());
        }
        return new BoundSql(sql.toString(), bound);
    }

    /** Returns how much of the text behind the parameter it has taken along. */
    private static int append(
            StringBuilder sql,
            List<@Nullable Object> bound,
            Parameter parameter,
            @Nullable Object value,
            String after) {
        if (!(value instanceof Collection<?> list)) {
            sql.append('?');
            bound.add(value);
            return 0;
        }
        int taken = 0;
        if (list.isEmpty()) {
            sql.append("NULL");
        } else if (list.size() > 1 && parameter.condition() > 0) {
            taken = parameter.escape();
            int start = sql.length() - parameter.condition();
            String condition = sql.substring(start) + "?" + after.substring(0, taken);
            String joined =
                    String.join(parameter.negated() ? " AND " : " OR ", Collections.nCopies(list.size(), condition));
            sql.setLength(start);
            sql.append('(').append(joined).append(')');
        } else if (list.size() > 1 && parameter.isAfterLike()) {
            throw new ConfigurationException("the parameter :" + parameter.name()
                    + " has several values, and these can be alternatives of \"column LIKE :" + parameter.name()
                    + "\" only, not of another expression before LIKE");
        } else {
            sql.append("?,".repeat(list.size() - 1)).append('?');
        }
        bound.addAll(list);
        return taken;
    }
}
