package dev.brain.examples.demo;

import java.util.List;
import java.util.SplittableRandom;

/**
 * One invented client, a row of {@code clientes}: number n of a seed is always the same. All names are made up and mean
 * "fictitious" in one language or another.
 *
 * @param company whether it is a company ({@code tipodecliente} 2), else a person (1)
 * @param firstName a company has blanks, as the real table does
 * @param taxName {@code Nombrefiscal}, a company's name
 * @param mobile "NULL" of those who have none
 * @param landline a few have none
 */
public record Client(
        long number,
        boolean company,
        String nif,
        String companyNif,
        String firstName,
        String lastName,
        String secondLastName,
        String taxName,
        String town,
        String email,
        String mobile,
        String landline) {
    private static final List<String> FIRST_NAMES =
            List.of("Fulana", "Mengano", "Zutana", "Perengano", "Ficticía", "Inventino", "Núria-Fictícia", "Ñoño");
    private static final List<String> LAST_NAMES = List.of(
            "Inventádez", "Ejémplez", "Ficticiño", "Imaginària", "Nuncajamás", "Pruébez", "Mentidà", "de la Muestra");
    private static final List<String> COMPANIES =
            List.of("Transportes Inexistentes, S.L.", "Autocars Imaginaris, S.A.", "Mudanzas Ficción y Cía., S.L.");
    private static final List<String> TOWNS = List.of("Vilainventada", "Nuncajamás del Río", "Sant Fictici de Dalt");
    private static final String CONTROLS = "TRWAGMYFPDXBNJZSQVHLCKE";

    static Client of(long seed, long number) {
        SplittableRandom random = CaseGenerator.random(seed, -number);
        boolean company = random.nextInt(5) == 0;
        String digits = PublicBody.digits(number, 8);
        String phone = "000" + PublicBody.digits(number, 6);
        return new Client(
                number,
                company,
                company ? "" : digits + CONTROLS.charAt((int) (number % 23)),
                company ? "A" + digits : random.nextInt(6) == 0 ? "   " : "",
                company ? " " : any(FIRST_NAMES, random),
                company ? "" : any(LAST_NAMES, random),
                company ? "" : any(LAST_NAMES, random),
                company ? any(COMPANIES, random) : "",
                any(TOWNS, random),
                "client" + number + "@example.invalid",
                random.nextInt(4) == 0 ? "NULL" : phone,
                random.nextInt(4) == 0 ? "" : phone);
    }

    /** Returns the name as a case shows it. */
    String fullName() {
        return company ? taxName : firstName + " " + lastName + " " + secondLastName;
    }

    private static String any(List<String> texts, SplittableRandom random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
