package dev.ring3.server.access;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Shape;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.util.Optional;

/** How browsers and remote users come by their credentials. */
final class LoginResource implements Resource {
    private static final Shape.Members TOKEN = receiving(Shape.object()
            .with("name", Shape.text("what it is called"))
            .with("access", Shape.choice("what it may do", "receive", "read", "admin"))
            .with("created", Shape.text("when it was made")));

    private final Doorkeeper doorkeeper;
    private final Sessions sessions;
    private final Tokens tokens;

    LoginResource(Doorkeeper doorkeeper, Sessions sessions, Tokens tokens) {
        this.doorkeeper = doorkeeper;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    private static Shape.Members receiving(Shape.Members shape) {
        return shape.maybe("into", Shape.text("of one that receives: the subvolume in which it may make copies"))
                .maybe("keepDays", Shape.whole("after how many days it may delete a copy; never if not given"));
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/login", Access.PUBLIC, this::login)
                .says("Exchanges a one-time code for the cookie of a session, and goes on to the console.")
                .needs("code", "the code");
        routes.post("/logout", Access.READ, this::logout).says("Ends the session of the cookie.");
        routes.post("/api/v1/logins", Access.ADMIN, this::newLogin)
                .says("A URL that lets one browser in, once.")
                .answers(Shape.object().with("url", Shape.text("good for a quarter of an hour")));
        routes.get("/api/v1/tokens", Access.ADMIN, this::list)
                .says("The tokens of remote users.")
                .answers(Shape.object().with("tokens", Shape.array(TOKEN)));
        routes.post("/api/v1/tokens", Access.ADMIN, this::create)
                .says("Makes a token; it is told this once.")
                .takes(receiving(Shape.object()
                        .with("name", Shape.text("letters, digits, . _ -"))
                        .maybe(
                                "access",
                                Shape.choice("what it may do; read if not given", "receive", "read", "admin"))))
                .answers(Shape.object()
                        .with("name", Shape.text("what it is called"))
                        .with("token", Shape.text("for the header Authorization: Bearer")));
        routes.delete("/api/v1/tokens/{name}", Access.ADMIN, this::revoke).says("Takes a token back.");
    }

    private Response login(Request request) {
        String code = request.query("code").orElseThrow(() -> HttpException.badRequest("\"code\" is missing"));
        String session = sessions.exchange(code)
                .orElseThrow(() -> new HttpException(
                        Status.FORBIDDEN,
                        "EACCES",
                        "this URL was used already or is too old; 'ring3 login' prints another one"));
        return Response.seeOther("/")
                .withHeader(
                        "Set-Cookie",
                        "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d"
                                .formatted(Doorkeeper.COOKIE, session, Sessions.SESSION_LIFE.toSeconds()))
                .withHeader("Referrer-Policy", "no-referrer");
    }

    private Response logout(Request request) {
        request.header("cookie").flatMap(Doorkeeper::cookie).ifPresent(sessions::end);
        return Response.empty()
                .withHeader(
                        "Set-Cookie", "%s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0".formatted(Doorkeeper.COOKIE));
    }

    private Response newLogin(Request request) {
        Optional<String> url = doorkeeper.loginUrl();
        return Response.json(new JsonObject()
                .put(
                        "url",
                        url.orElseThrow(() -> new HttpException(
                                Status.CONFLICT, "ENOTCONN", "the server runs with --http off: there is no console"))));
    }

    private Response list(Request request) {
        return Response.json(new JsonObject()
                .putObjects("tokens", tokens.list().stream().map(Token::json).toList()));
    }

    private Response create(Request request) {
        JsonObject body = request.json();
        String token = tokens.create(body);
        return Response.created(new JsonObject().put("name", body.text("name")).put("token", token));
    }

    private Response revoke(Request request) {
        tokens.revoke(request.path("name"));
        return Response.empty();
    }
}
