package dev.brain.examples.demo;

import java.util.List;
import java.util.SplittableRandom;

/** The public bodies of the demo world, each with its own form of references. */
enum PublicBody {
    XALOC(34, "XALOC - Xarxa Local de Tributs", "Xaloc Girona", "XALOC  ") {
        @Override
        String reference(long id, SplittableRandom random) {
            return year(random) + "/" + digits(id, 6) + "-MUL";
        }
    },
    BASE(22, "BASE - Gestió d'Ingressos", "Base Tarragona (Gestió d'Ingressos)", "Gestió d'Ingressos Locals") {
        @Override
        String reference(long id, SplittableRandom random) {
            return (random.nextInt(4) == 0 ? "1" : "43150") + "-" + year(random) + "/" + digits(id, 6)
                    + (random.nextBoolean() ? "-GIM" : "-EXE");
        }
    },
    MADRID(22, "AYUNTAMIENTO DE MADRID", "Madrid - Agencia Tributaria", "ayuntamiento de Madrid") {
        @Override
        String reference(long id, SplittableRandom random) {
            return random.nextInt(3) == 0
                    ? "MSA/" + year(random) + "/" + digits(id, 9)
                    : "9" + (11 + random.nextInt(2)) + "/" + digits(id, 9) + "." + random.nextInt(10);
        }
    },
    /** Has a site that isn't active. */
    VALLFOSCA(7, "Consorci de Trànsit de la Vallfosca", "VALLFOSCA TRÀNSIT") {
        @Override
        String reference(long id, SplittableRandom random) {
            return "VF-" + year(random) + "-" + digits(id, 6);
        }
    },
    /** No site looks for these. */
    OTHERS(15, "Ajuntament de Vilainventada", "Diputación de Nuncajamás", "Servei Fictici de Mobilitat") {
        @Override
        String reference(long id, SplittableRandom random) {
            return digits(id, 7) + "/" + year(random);
        }
    };

    private final int share;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> spellings;

    PublicBody(int share, String... spellings) {
        this.share = share;
        this.spellings = List.of(spellings);
    }

    /** Returns a random body, weighted by their shares. */
    static PublicBody any(SplittableRandom random) {
        int ticket = random.nextInt(100);
        for (PublicBody body : values()) {
            ticket -= body.share;
            if (ticket < 0) {
                return body;
            }
        }
        return OTHERS;
    }

    /** Returns one of the spellings that people use for the body's name. */
    String spelling(SplittableRandom random) {
        return spellings.get(random.nextInt(spellings.size()));
    }

    /** Returns the reference of a case in the form that this body uses. */
    abstract String reference(long id, SplittableRandom random);

    private static int year(SplittableRandom random) {
        return 2024 + random.nextInt(3);
    }

    static String digits(long number, int width) {
        String text = Long.toString(number);
        return text.length() >= width
                ? text.substring(text.length() - width)
                : "0".repeat(width - text.length()) + text;
    }
}
