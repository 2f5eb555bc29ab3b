package dev.brain.jdbc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a database is.
 *
 * @param shown for messages; without any secret
 * @param url as the driver takes it
 * @param secrets what no message may show
 */
record Location(String shown, String url, List<String> secrets) {
    private static final String HIDDEN = "…";
    /** Where the options of a URL begin; those of DB2 and Informix begin with a colon. */
    private static final Pattern OPTIONS = Pattern.compile("[?;]|:\\w+=");

    private static final Pattern SECRET =
            Pattern.compile("\\b\\w*(?:password|pwd|secret|token)\\w*=([^;&:,)]+)", Pattern.CASE_INSENSITIVE);

    Location {
        secrets = List.copyOf(secrets);
    }

    static Location of(String url, Properties properties) {
        List<String> secrets = new ArrayList<>();
        Matcher secret = SECRET.matcher(url);
        while (secret.find()) {
            secrets.add(secret.group(1));
        }
        properties.stringPropertyNames().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).contains("password"))
                .forEach(name -> secrets.add(properties.getProperty(name)));
        // user and password may stand before an @: jdbc:oracle:thin:user/password@//host
        int at = url.lastIndexOf('@');
        String shown = at < 0 ? url : scheme(url) + HIDDEN + url.substring(at);
        if (at > 0) {
            String account = url.substring(scheme(url).length(), at);
            secrets.add(account.substring(Math.max(account.lastIndexOf(':'), account.lastIndexOf('/')) + 1));
        }
        Matcher options = OPTIONS.matcher(shown);
        int end = options.find(scheme(url).length()) ? options.start() : shown.length();
        secrets.removeIf(String::isEmpty);
        secrets.sort(Comparator.comparing(String::length).reversed());
        return new Location(shown.substring(0, end), url, secrets);
    }

    /** Returns {@code jdbc:kind:}. */
    static String scheme(String url) {
        int end = url.indexOf(':', "jdbc:".length());
        return end < 0 ? url : url.substring(0, end + 1);
    }

    String withoutSecrets(String message) {
        String text = message.replace(url, shown);
        for (String secret : secrets) {
            text = text.replace(secret, HIDDEN);
        }
        return text;
    }
}
