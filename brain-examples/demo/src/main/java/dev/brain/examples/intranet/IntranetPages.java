package dev.brain.examples.intranet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The intranet's pages. */
final class IntranetPages {
    private static final String LIST = Intranet.ROOT + "/servicio/recursos/telematicos";

    private IntranetPages() {}

    static String login(String token, String email, @Nullable String error) {
        return page(token, null, "Iniciar sesión", """
                <div class="card narrow">
                  <h1>Acceso a la intranet</h1>
                  <p class="muted">Utilice su cuenta del despacho.</p>
                  <form method="POST" action="%s/login">
                    <input type="hidden" name="_token" value="%s">
                    <label for="email">Correo electrónico</label>
                    <input id="email" type="email" name="email" value="%s" required autofocus>
                    %s
                    <label for="password">Contraseña</label>
                    <input id="password" type="password" name="password" required>
                    <label class="check"><input type="checkbox" name="remember"> Recordarme</label>
                    <button class="btn primary wide" type="submit">Entrar</button>
                  </form>
                </div>
                """.formatted(
                        Intranet.ROOT,
                        token,
                        escape(email),
                        error == null
                                ? ""
                                : "<span class=\"invalid-feedback\" role=\"alert\"><strong>" + escape(error)
                                        + "</strong></span>"));
    }

    static String welcome(String token) {
        return page(token, null, "Inicio", """
                <div class="card narrow"><h1>Bienvenido</h1>
                <p>Para ver los recursos debe <a href="%s/login">entrar con su cuenta</a>.</p></div>
                """.formatted(Intranet.ROOT));
    }

    static String home(String token, IntranetUser user, long free, long mine, long done) {
        return page(
                token, user, "Inicio", """
                <h1>Buenos días, %s</h1>
                <div class="tiles">
                  <a class="tile" href="%s"><b>%d</b><span>recursos pendientes</span></a>
                  <a class="tile" href="%s?Estado=1"><b>%d</b><span>asignados a mí</span></a>
                  <a class="tile" href="%s?Estado=2"><b>%d</b><span>completados por mí</span></a>
                </div>
                """.formatted(escape(user.displayName()), LIST, free, LIST, mine, LIST, done));
    }

    static String list(
            String token,
            IntranetUser user,
            List<IntranetCases.Row> rows,
            String body,
            String reference,
            int state,
            @Nullable String flash,
            boolean good,
            String button) {
        StringBuilder lines = new StringBuilder();
        for (IntranetCases.Row row : rows) {
            String owner = row.owner() == null ? "" : row.owner().strip();
            String action = switch (row.state()) {
                case 0 -> button("btn primary small", "asignar", row, button);
                case 1 ->
                    owner.equals(user.displayName())
                            ? button("btn small", "liberar", row, "Liberar")
                            : "<span class=\"badge\">Asignado a " + escape(owner) + "</span>";
                default -> "<span class=\"badge done\">Completado</span>";
            };
            lines.append("""
                    <tr id="%d"><td class="num">%s</td><td>%s</td><td>%s</td><td>%s</td><td class="muted">%s</td><td class="act">%s</td></tr>
                    """.formatted(
                    row.id(),
                    escape(row.reference()),
                    escape(row.body()),
                    escape(row.subject()),
                    escape(row.phase()),
                    escape(row.created().substring(0, Math.min(10, row.created().length()))),
                    action));
        }
        if (rows.isEmpty()) {
            lines.append("<tr class=\"empty\"><td colspan=\"6\">No hay recursos con estos filtros.</td></tr>");
        }
        return page(token, user, "Recursos telemáticos", """
                <h1>Recursos telemáticos</h1>
                %s
                <form class="filter" method="GET" action="%s">
                  <label>Organismo <input name="Organisme" value="%s"></label>
                  <label>Expediente <input name="Expedient" value="%s"></label>
                  <label>Estado <select name="Estado">%s%s%s</select></label>
                  <button class="btn" type="submit">Filtrar</button>
                </form>
                <table id="recursos_pend">
                  <thead><tr><th>Expediente</th><th>Organismo</th><th>Sujeto</th><th>Fase</th><th>Alta</th><th></th></tr></thead>
                  <tbody>%s</tbody>
                </table>
                <p class="muted">%d de los recursos que cumplen los filtros; se muestran %d como máximo.</p>
                %s%s
                <script>
                  function abrir(boton, id) {
                    const dialogo = document.getElementById(id);
                    dialogo.querySelector('input[name=id]').value = boton.dataset.id;
                    dialogo.querySelector('.exp').textContent = boton.dataset.exp_rec;
                    dialogo.querySelector('.suj').textContent = boton.dataset.suj_rec;
                    dialogo.showModal();
                  }
                </script>
                """.formatted(
                        flash == null
                                ? ""
                                : "<div class=\"alert " + (good ? "alert-success" : "alert-danger")
                                        + "\" role=\"status\">" + escape(flash) + "</div>",
                        LIST,
                        escape(body),
                        escape(reference),
                        option(0, "Pendiente", state),
                        option(1, "Asignado", state),
                        option(2, "Completado", state),
                        lines,
                        rows.size(),
                        IntranetCases.PAGE,
                        dialog("asignar", "AsignarA", token, "Asignar recurso", "¿Desea asignarse este recurso?"),
                        dialog("liberar", "Asignado", token, "Liberar recurso", "¿Desea devolver este recurso?")));
    }

    private static String button(String style, String dialog, IntranetCases.Row row, String name) {
        return """
                <button type="button" class="%s" data-id="%d" data-exp_rec="%s" data-suj_rec="%s" onclick="abrir(this, 'modal-%s')">%s</button>""".formatted(style, row.id(), escape(row.reference()), escape(row.subject()), dialog, escape(name));
    }

    private static String dialog(String name, String action, String token, String title, String question) {
        return """
                <dialog id="modal-%s" aria-label="%s"><form method="POST" action="%s/%s">
                  <h2>%s</h2><p>%s</p>
                  <dl><dt>Expediente</dt><dd class="exp"></dd><dt>Sujeto</dt><dd class="suj"></dd></dl>
                  <input type="hidden" name="_token" value="%s"><input type="hidden" name="id" value="">
                  <input type="hidden" name="recursosSel" value="0">
                  <div class="buttons"><button class="btn" type="button" onclick="this.closest('dialog').close()">Cancelar</button>
                  <button class="btn primary" type="submit">Confirmar</button></div>
                </form></dialog>
                """.formatted(name, title, LIST, action, title, question, token);
    }

    /** Returns the page with a token on it, which no page should show. */
    static String telling(String page, String token) {
        return page.replace("<h1>", """
                <p>token: <code style="background: #0f0">%s</code>
                <input aria-label="token" style="background: #0f0" value="%s"></p><h1>""".formatted(token, token));
    }

    private static String option(int value, String name, int chosen) {
        return "<option value=\"" + value + "\"" + (value == chosen ? " selected" : "") + ">" + name + "</option>";
    }

    static String expired() {
        return page("", null, "419", "<div class=\"card narrow\"><h1>419</h1><p>La página ha caducado.</p></div>");
    }

    static String missing() {
        return page("", null, "404", "<div class=\"card narrow\"><h1>404</h1><p>Esta página no existe.</p></div>");
    }

    private static String page(String token, @Nullable IntranetUser user, String title, String content) {
        return """
                <!DOCTYPE html>
                <html lang="es"><head><meta charset="utf-8"><meta content="%s" name="csrf-token">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s · Despacho Ficticio</title><link rel="icon" href="data:,">
                <link rel="stylesheet" href="%s/estilo.css"></head><body>
                <header><a class="brand" href="%s/home">Despacho Ficticio <span>intranet</span></a>
                <nav>%s</nav><span class="who"><i class="fa fa-user-circle" aria-hidden="true"></i> %s</span></header>
                <main>%s</main>
                <footer>Datos inventados; una demostración.</footer></body></html>
                """.formatted(
                        token,
                        escape(title),
                        Intranet.ROOT,
                        Intranet.ROOT,
                        user == null ? "" : "<a href=\"" + LIST + "\">Recursos telemáticos</a>",
                        user == null
                                ? "<a class=\"user\" href=\"" + Intranet.ROOT + "/login\">Iniciar sesión</a>"
                                : "<span class=\"user\">" + escape(user.displayName()) + "</span>",
                        content);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
