package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.net.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouterTest {
    private static final Router ROUTER =
            router(
                    "GET /",
                    "GET /pets",
                    "POST /pets",
                    "GET /pets/{id}",
                    "GET /pets/mine",
                    "DELETE /pets/mine",
                    "PUT /pets/{id}",
                    "ANY /pets/{id}/toys",
                    "GET /pets/{id}/toys",
                    "GET /files/{path+}",
                    "GET /files/index",
                    "POST /files/{name}",
                    "HEAD /head");

    @ParameterizedTest
    @CsvSource({
        "GET,    /,                 GET /",
        "GET,    /pets,             GET /pets",
        "POST,   /pets,             POST /pets",
        "GET,    /pets/7,           GET /pets/{id}",
        "GET,    /pets/mine,        GET /pets/mine",
        "PUT,    /pets/mine,        PUT /pets/{id}",
        "GET,    /pets/7/toys,      GET /pets/{id}/toys",
        "DELETE, /pets/7/toys,      ANY /pets/{id}/toys",
        "GET,    /pets/mine/toys,   GET /pets/{id}/toys",
        "GET,    /files/index,      GET /files/index",
        "GET,    /files/a,          GET /files/{path+}",
        "GET,    /files/a/b/,       GET /files/{path+}",
        "GET,    /files//b,         GET /files/{path+}",
        "POST,   /files/a,          POST /files/{name}",
        "HEAD,   /pets,             GET /pets",
        "HEAD,   /head,             HEAD /head",
        "HEAD,   /pets/7/toys,      ANY /pets/{id}/toys",
        "GET,    /nothing,          -",
        "GET,    /pets/,            -",
        "GET,    /pets/7/toys/,     -",
        "GET,    /files/,           -",
        "GET,    /files,            -",
    })
    void theMostSpecificRouteWins(String method, String path, String route) {
        String found =
                switch (ROUTER.find(method, segments(path))) {
                    case Router.Match match -> match.route().key().toString();
                    case Router.OtherMethods other -> other.allowed().toString();
                    case Router.Nothing ignored -> "-";
                };
        assertEquals(route, found);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /pets,      'GET, HEAD, OPTIONS, POST'",
        "POST,   /pets/mine, 'DELETE, GET, HEAD, OPTIONS, PUT'",
        "GET,    /head,      'HEAD, OPTIONS'",
        "OPTIONS, /pets/7,   'GET, HEAD, OPTIONS, PUT'",
    })
    void tellsTheMethodsThatAPathHas(String method, String path, String methods) {
        var expected = new Router.OtherMethods(Set.of(methods.split(", ")));
        assertEquals(expected, ROUTER.find(method, segments(path)));
    }

    @Test
    void theDefaultRouteTakesTheRest() {
        Router router = router("GET /a", "$default");
        assertEquals("$default", match(router, "POST", "/a"));
        assertEquals("$default", match(router, "GET", "/b/c"));
        assertEquals("GET /a", match(router, "GET", "/a"));
        assertEquals("GET /a", match(router, "HEAD", "/a"), "as GET would be served");
        assertEquals(RouteKey.METHODS, router.methods(segments("/a")));
        assertEquals(RouteKey.METHODS, router.methods(segments("/b/c")));
    }

    @Test
    void aPathWithManyWaysIsWalkedInBoundedTime() {
        var keys = new ArrayList<String>();
        for (int depth = 1; depth <= 12; depth++) {
            for (int ways = 0; ways < 1 << Math.min(depth, 5); ways++) {
                keys.add("GET " + path(depth, ways));
            }
        }
        Router router = router(keys.stream().distinct().toArray(String[]::new));
        assertEquals(new Router.Nothing(), router.find("GET", segments("/a".repeat(8_000))));
    }

    private static String path(int depth, int ways) {
        var path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            path.append((ways >> (i % 5) & 1) == 0 ? "/a" : "/{v" + i + "}");
        }
        return path.toString();
    }

    private static String match(Router router, String method, String path) {
        return ((Router.Match) router.find(method, segments(path))).route().key().toString();
    }

    private static List<String> segments(String path) {
        return path.equals("/") ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    private static Router router(String... keys) {
        return new Router(Stream.of(keys).map(RouterTest::route).toList());
    }

    private static Route route(String key) {
        var mock = new Backend.Mock(200, new Headers(), "");
        return new Route(RouteKey.parse(key), mock, null, null, 1_000, Mapping.NONE, null, null);
    }
}
