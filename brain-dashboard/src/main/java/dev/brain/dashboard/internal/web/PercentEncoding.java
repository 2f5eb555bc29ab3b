package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/** Decodes paths and parameters strictly: what is not valid is refused and never guessed. */
final class PercentEncoding {
    private PercentEncoding() {}

    /**
     * Returns the decoded segments of a path; none for the root. A segment is never a part of another path: it has no
     * slash, backslash or control character, and is neither {@code .} nor {@code ..}.
     *
     * @throws HttpException if the path is not valid
     */
    static List<String> segments(String path) {
        if (!path.startsWith("/")) {
            throw HttpException.badRequest();
        }
        List<String> segments = new ArrayList<>();
        if (path.equals("/")) {
            return segments;
        }
        for (String encoded : path.substring(1).split("/", -1)) {
            String segment = decode(encoded, false);
            if (segment.equals(".")
                    || segment.equals("..")
                    || segment.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
                throw HttpException.badRequest();
            }
            segments.add(segment);
        }
        return segments;
    }

    static String decodeParameter(String encoded) {
        return decode(encoded, true);
    }

    /** Returns a segment of a path, encoded. */
    static String encodeSegment(String segment) {
        return URLEncoder.encode(segment, UTF_8).replace("+", "%20");
    }

    private static String decode(String encoded, boolean plusIsBlank) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(hexByte(encoded, i + 1));
                i += 2;
            } else if (c == '+' && plusIsBlank) {
                bytes.write(' ');
            } else if (c > ' ' && c < 0x7f) {
                bytes.write(c);
            } else {
                throw HttpException.badRequest();
            }
        }
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw HttpException.badRequest();
        }
    }

    private static int hexByte(String encoded, int at) {
        int high = at + 1 < encoded.length() ? Character.digit(encoded.charAt(at), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(encoded.charAt(at + 1), 16);
        if (low < 0) {
            throw HttpException.badRequest();
        }
        return high * 16 + low;
    }
}
