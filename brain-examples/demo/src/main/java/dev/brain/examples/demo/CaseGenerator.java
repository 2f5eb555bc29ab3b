package dev.brain.examples.demo;

import dev.brain.examples.demo.Case.QueueState;
import dev.brain.examples.demo.Case.Writing;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Invents cases. Case n of a seed is always the same, so that any number of cases can be made in parts. Immutable. */
public final class CaseGenerator {
    /** The id of the first case. */
    public static final long FIRST_ID = 80_001;

    /** The people of the office, as the system of record writes them. */
    static final List<String> PEOPLE =
            List.of("Fulana Inventádez", "Mengano Ejémplez Ñandú", "Zutana Imaginària", "PERENGANO FICTICIÑO");

    private static final int OWNER_WIDTH = 30;
    private static final int CASES_A_CLIENT = 6;
    private static final LocalDateTime FIRST_DAY = LocalDateTime.of(2026, 1, 7, 8, 0, 0, 863_000_000);
    private static final List<String> PHASES = List.of(
            "Identificación del conductor",
            "Denuncia",
            "Propuesta de resolución",
            "Sanción",
            "Resolución sancionadora",
            "Alegaciones",
            "Reclamación previa",
            "Providencia de apremio");
    private static final List<String> NOTES =
            List.of(" (ampliación)", " - URGENTE", " / 2ª multa", " ver correo", " y otro más");
    private static final List<String> DOCUMENTS =
            List.of("denuncia", "notificación", "autorización", "identificación", "justificante");
    private static final String PLATE_LETTERS = "BCDFGHJKLMNPRSTVWXYZ";

    private final long seed;

    public CaseGenerator(long seed) {
        this.seed = seed;
    }

    public long seed() {
        return seed;
    }

    /** Cases in the order of their ids, made as they are asked for. */
    public Stream<Case> cases(long firstId, long count) {
        return LongStream.range(firstId, firstId + count).mapToObj(this::at);
    }

    /** Returns the case with an id, which is at least {@link #FIRST_ID}. */
    public Case at(long id) {
        SplittableRandom random = random(seed, id);
        PublicBody body = PublicBody.any(random);
        Writing writing = writing(random);
        QueueState standing = standing(random);
        Client client = client(id);
        LocalDateTime createdAt = FIRST_DAY.plusSeconds((id - FIRST_ID) * 13);
        return new Case(
                id,
                client,
                body,
                writing,
                standing,
                reference(body, writing, id, random),
                body.spelling(random),
                standing == QueueState.OTHER_TYPE ? 1 + 3 * random.nextInt(2) : 2 + random.nextInt(2),
                state(standing),
                standing == QueueState.HELD || standing == QueueState.COMPLETED || standing == QueueState.OTHER_TYPE
                        ? padded(any(PEOPLE, random))
                        : null,
                standing == QueueState.COMPLETED || standing == QueueState.REOPENED
                        ? createdAt.plusDays(1 + random.nextInt(40))
                        : null,
                client.fullName(),
                any(PHASES, random),
                random.nextInt(10) == 0 ? null : plate(random),
                random.nextInt(20) == 0 ? "Llamó el cliente; \"¿cuándo?\"" : null,
                createdAt,
                attachments(id, random));
    }

    /** Returns the client of a case. Each client has {@value #CASES_A_CLIENT} cases. */
    private Client client(long id) {
        return Client.of(seed, 1_000 + (id - FIRST_ID) / CASES_A_CLIENT);
    }

    /** Returns whether this is the first case of its client. */
    static boolean hasNewClient(long id) {
        return (id - FIRST_ID) % CASES_A_CLIENT == 0;
    }

    /** Returns a random sequence for each number of a seed. */
    static SplittableRandom random(long seed, long number) {
        // SplittableRandom mixes its seed well, but neighbouring seeds must differ in more than their last bits
        return new SplittableRandom(new SplittableRandom(seed).nextLong() ^ (number * 0x9E3779B97F4A7C15L));
    }

    private static Writing writing(SplittableRandom random) {
        int ticket = random.nextInt(100);
        if (ticket < 76) {
            return Writing.CLEAN;
        } else if (ticket < 83) {
            return Writing.PADDED;
        } else if (ticket < 87) {
            return Writing.NO_BREAK_SPACE;
        } else if (ticket < 93) {
            return Writing.NOTED;
        } else if (ticket < 97) {
            return Writing.FOREIGN;
        }
        return Writing.MISSING;
    }

    private static QueueState standing(SplittableRandom random) {
        int ticket = random.nextInt(100);
        if (ticket < 54) {
            return QueueState.FREE;
        } else if (ticket < 60) {
            return QueueState.REOPENED;
        } else if (ticket < 78) {
            return QueueState.HELD;
        } else if (ticket < 90) {
            return QueueState.COMPLETED;
        }
        return QueueState.OTHER_TYPE;
    }

    private static int state(QueueState standing) {
        return switch (standing) {
            case FREE, REOPENED, OTHER_TYPE -> 0;
            case HELD -> 1;
            case COMPLETED -> 2;
        };
    }

    private static @Nullable String reference(PublicBody body, Writing writing, long id, SplittableRandom random) {
        String clean = body.reference(id, random);
        return switch (writing) {
            case CLEAN -> clean;
            case PADDED -> "  " + clean + "   ";
            case NO_BREAK_SPACE -> clean + "\u00A0";
            case NOTED -> clean + any(NOTES, random);
            case FOREIGN -> (body == PublicBody.BASE ? PublicBody.MADRID : PublicBody.BASE).reference(id, random);
            case MISSING -> null;
        };
    }

    private static List<String> attachments(long id, SplittableRandom random) {
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            names.add(any(DOCUMENTS, random) + " " + id + "-" + i + ".pdf");
        }
        return names;
    }

    private static String plate(SplittableRandom random) {
        StringBuilder plate = new StringBuilder(PublicBody.digits(random.nextInt(10_000), 4)).append(' ');
        for (int i = 0; i < 3; i++) {
            plate.append(PLATE_LETTERS.charAt(random.nextInt(PLATE_LETTERS.length())));
        }
        return plate.toString();
    }

    /** Returns a value as a column of fixed width has it. */
    static String padded(String owner) {
        return owner + " ".repeat(Math.max(0, OWNER_WIDTH - owner.length()));
    }

    private static String any(List<String> texts, SplittableRandom random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
