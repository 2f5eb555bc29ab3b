package dev.brain.playwright;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A form as a browser would send it.
 *
 * @param fault why the form can't be submitted; null if it can
 * @param target the address that it is sent to
 * @param fields names and values, in order; a name may be repeated
 */
record WebForm(
        @Nullable String fault,
        String method,
        String encoding,
        String target,
        Charset charset,
        List<Map.Entry<String, String>> fields) {
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*[\"']?([\\w.:-]+)");
    /** The length of a page's start in which browsers search for its charset. */
    private static final int HEAD = 1024;

    /**
     * A fetched list.
     *
     * @param taken for each found row, whether it shows that somebody has the resource
     * @param form the form of the resource, filled in; has a fault if there is none
     */
    record Fetched(List<Boolean> taken, WebForm form) {}

    /**
     * Reads a fetched list for a resource.
     *
     * @param page any page; its browser reads the list
     */
    static Fetched in(Page page, APIResponse list, ListRows rows, PageSettings.Form form) {
        Charset charset = charset(list);
        Map<String, @Nullable Object> arguments = new HashMap<>();
        arguments.put("html", new String(list.body(), charset));
        arguments.put("url", list.url());
        arguments.put("form", rows.css(form.form()));
        arguments.put("button", rows.css(form.button()));
        arguments.put(
                "fill",
                form.fields().entrySet().stream()
                        .map(field -> List.of(field.getKey(), rows.filled(field.getValue())))
                        .toList());
        Map<?, ?> read = rows.fetched(page, arguments);
        return new Fetched(
                rows.taken(read.get("rows")),
                ofResource(
                        (List<?>) Objects.requireNonNull(read.get("forms")),
                        rows.mine(read.get("rows")),
                        form,
                        charset));
    }

    /**
     * Returns the form that is certainly the resource's: the one in its row, or the only one outside of all rows if the
     * page file or the form itself says which resource it is for.
     */
    private static WebForm ofResource(List<?> forms, List<Integer> mine, PageSettings.Form file, Charset page) {
        List<Map<?, ?>> inRow = new ArrayList<>();
        List<Map<?, ?>> outside = new ArrayList<>();
        for (Object form : forms) {
            Map<?, ?> found = (Map<?, ?>) form;
            if (found.get("row") == null) {
                outside.add(found);
            } else if (mine.contains(found.get("row"))) {
                inRow.add(found);
            }
        }
        List<Map<?, ?>> candidates = inRow.isEmpty() ? outside : inRow;
        if (forms.isEmpty()) {
            return unusable("is not on the list's page");
        }
        if (candidates.isEmpty()) {
            return unusable("is only in the rows of other cases");
        }
        if (candidates.size() > 1) {
            return unusable("is there " + candidates.size() + " times" + (inRow.isEmpty() ? "" : " in the case's row")
                    + ": name a single form in form.css, for example by {id}");
        }
        Map<?, ?> only = candidates.get(0);
        boolean isOfResource = !inRow.isEmpty() || file.isOfResource() || Boolean.TRUE.equals(only.get("isOfResource"));
        return isOfResource
                ? of(only, page)
                : unusable("is not in the case's row and does not contain its id: name the field for it in form.fields,"
                        + " for example {\"id\": \"{id}\"}");
    }

    private static WebForm unusable(String fault) {
        return new WebForm(fault, "GET", "", "", StandardCharsets.UTF_8, List.of());
    }

    private static WebForm of(Map<?, ?> form, Charset page) {
        String named = text(form, "charset").strip().split("[\\s,]", 2)[0];
        return new WebForm(
                form.get("fault") == null ? null : text(form, "fault"),
                text(form, "method"),
                text(form, "encoding"),
                text(form, "target"),
                named.isEmpty() ? page : charset(named),
                ((List<?>) Objects.requireNonNull(form.get("fields")))
                        .stream()
                                .map(field -> (List<?>) field)
                                .map(pair -> Map.entry(lines(pair.get(0)), lines(pair.get(1))))
                                .toList());
    }

    private static String text(Map<?, ?> values, String key) {
        return values.get(key) == null ? "" : String.valueOf(values.get(key));
    }

    /** Returns the text with the line ends that browsers send. */
    private static String lines(@Nullable Object text) {
        return String.valueOf(text).replaceAll("\r\n|\r|\n", "\r\n");
    }

    private static Charset charset(APIResponse list) {
        Matcher told = CHARSET.matcher(list.headers().getOrDefault("content-type", ""));
        if (told.find()) {
            return charset(told.group(1));
        }
        byte[] body = list.body();
        Matcher written =
                CHARSET.matcher(new String(body, 0, Math.min(HEAD, body.length), StandardCharsets.ISO_8859_1));
        return written.find() ? charset(written.group(1)) : StandardCharsets.UTF_8;
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            // as browsers do with an unknown name
            return StandardCharsets.UTF_8;
        }
    }

    /** Resolves an address in a page at another address. */
    static String resolved(String page, String address) {
        try {
            // the JDK treats a query without a path as a new path
            return address.startsWith("?")
                    ? page.split("[?#]", 2)[0] + address
                    : URI.create(page).resolve(address).toString();
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    private String encoded() {
        return fields.stream()
                .map(field ->
                        URLEncoder.encode(field.getKey(), charset) + "=" + URLEncoder.encode(field.getValue(), charset))
                .collect(Collectors.joining("&"));
    }

    /** Returns the request for {@link #target}. */
    RequestOptions request() {
        RequestOptions request = RequestOptions.create().setMethod(method);
        if (method.equals("GET")) {
            return request;
        }
        if (encoding.equals("multipart/form-data")) {
            FormData parts = FormData.create();
            fields.forEach(field -> parts.append(field.getKey(), field.getValue()));
            return request.setMultipart(parts);
        }
        return request.setHeader("Content-Type", encoding).setData(encoded());
    }

    /** Returns the address of the request; for GET, it contains the fields. */
    @Override
    public String target() {
        return method.equals("GET") ? target.split("\\?", 2)[0] + "?" + encoded() : target;
    }

    /** Never contains the fields: one may be a token. */
    @Override
    public String toString() {
        return "WebForm[" + method + " " + target + "]";
    }
}
