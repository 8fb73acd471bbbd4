package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DefinitionJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"route":"GET /a","backend":{"function":"f:live","payload":"1.0",
                 "other":{"function":"g","percent":12.5}},"access":"client-secret",
                 "rate":{"perSecond":0.5,"burst":3},"timeoutMs":1000}
                """,
                """
                {"route":"ANY /{p+}","backend":{"http":"https://example.org:8443/{p}?a={p}"},
                 "timeoutMs":30000}
                """,
                """
                {"route":"$default","backend":{"mock":{"status":404,"headers":{"X-A":"b"},
                 "body":"gone"}},"access":"open","timeoutMs":30000}
                """,
                """
                {"route":"GET /{id}","backend":{"http":"http://a/"},"timeoutMs":30000,
                 "requestParameters":{"remove:header.A":"","overwrite:header.B":"$request.path.id",
                  "overwrite:path":"/x/${request.path.id}","append:querystring.c":"1"},
                 "responseParameters":{"*":{"remove:header.Server":""},
                  "5xx":{"overwrite:statuscode":"503","append:header.X":"$response.header.y"}},
                 "cache":{"ttlSeconds":60,"headers":["accept"],"query":["a","b"],"shared":true}}
                """
            })
    void aRouteIsWrittenAsItWasRead(String text) {
        var route = DefinitionJson.route(Json.parse(text));
        assertEquals(Json.text(Json.parse(text)), Json.text(DefinitionJson.write(route)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"description":"","access":"open"}
                """,
                """
                {"description":"d","access":"iam","cors":{"origins":["https://*.a.org","http://b:1"],
                 "methods":["GET"],"headers":["X-A"],"exposed":["X-B"],"credentials":true,
                 "maxAgeSeconds":60},"rate":{"perSecond":10.0,"burst":10},
                 "addressRate":{"perSecond":1.0,"burst":5}}
                """
            })
    void settingsAreWrittenAsTheyWereRead(String text) {
        var settings = DefinitionJson.settings(Json.parse(text));
        assertEquals(Json.text(Json.parse(text)), Json.text(DefinitionJson.write(settings)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}|needs 'route'",
                "[]|must be a JSON object",
                "{'route':'GET /a'}|route.backend must say what answers",
                "{'route':'GET /a','backend':{}}|is none",
                "{'route':'GET /a','backend':{'http':'http://a','mock':{}}}|http and mock",
                "{'route':'GET /a','backend':{'function':'f','payload':'3'}}|payload must be",
                "{'route':'GET /a','backend':{'function':7}}|function must be a text",
                "{'route':'GET /a','backend':{'http':'ftp://a'}}|must be http://",
                "{'route':'GET /a','backend':{'http':'http://u:p@a/'}}|must be http://",
                "{'route':'GET /a','backend':{'http':'http://a/#b'}}|must be http://",
                "{'route':'GET /{a}','backend':{'http':'http://x/{b}'}}|variables of the route",
                "{'route':'GET /{a}','backend':{'http':'http://{a}/'}}|path and query only",
                "{'route':'GET /{a}','backend':{'http':'http://x{a}'}}|path and query only",
                "{'route':'GET /a','backend':{'mock':{'status':99}}}|status must be",
                "{'route':'GET /a','backend':{'mock':{'headers':{'Date':'x'}}}}|not a header field",
                "{'route':'GET /a','backend':{'mock':{'headers':{'a b':'x'}}}}|not a header field",
                "{'route':'GET /a','backend':{'mock':{}},'timeoutMs':1}|timeoutMs must be",
                "{'route':'GET /a','backend':{'mock':{}},'rate':{'perSecond':0}}|above 0",
                "{'route':'GET /a','backend':{'mock':{}},'rates':{}}|unknown member 'rates'",
                "{'route':'GET /a','backend':{'mock':{},'x':1}}|unknown member 'x'",
                "{'route':'GET /a','backend':{'mock':{}},'access':'key'}|access must be one of",
                "{'route':'PUT /a','backend':{'mock':{}},'cache':{'ttlSeconds':1}}|no meaning for PUT",
                "{'route':'GET /a','backend':{'mock':{}},'cache':{'ttlSeconds':0}}|ttlSeconds must be",
                "{'route':'GET /a','backend':{'mock':{}},'cache':{'ttlSeconds':1,'headers':['a b']}}|"
                        + "no header field",
            })
    void aWrongRouteIsRefusedByTheMemberThatIsWrong(String text, String complaint) {
        var json = Json.parse(text.replace('\'', '"'));
        Fault fault = assertThrows(Fault.class, () -> DefinitionJson.route(json));
        assertTrue(fault.text().contains(complaint), fault.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'set:header.A':'b'}|must begin with 'append:'",
                "{'overwrite':'b'}|must begin with",
                "{'overwrite:body':'b'}|must change one of [header, querystring, path]",
                "{'overwrite:statuscode':'200'}|must change one of",
                "{'overwrite:header.':'b'}|not a header field",
                "{'overwrite:header.Host':'b'}|not a header field",
                "{'append:header.x-forwarded-for':'b'}|not a header field",
                "{'append:querystring.':'b'}|must name the parameter",
                "{'remove:path':''}|must be overwrite:path",
                "{'overwrite:path':'x'}|must begin with a slash",
                "{'overwrite:header.A':'$request.path.other'}|is no variable",
                "{'overwrite:header.A':'x${context.'}|is no variable",
                "{'overwrite:header.A':'$context.unknown'}|is no variable",
                "{'overwrite:header.A':'$stageVariables.'}|is no variable",
                "{'overwrite:header.A':'$request.body.a'}|is no variable",
                "{'overwrite:header.A':'$response.header.b'}|an answer that there is not yet",
                "{'overwrite:header.A':7}|must be a text",
            })
    void aMappingThatCannotWorkIsRefused(String mapping, String complaint) {
        requireRefused("requestParameters", mapping, complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'200':{'overwrite:path':'/'}}|must change one of [header, statuscode]",
                "{'2':{}}|is no status",
                "{'*':{'overwrite:statuscode':'99'}}|must be a status",
                "{'*':{'overwrite:statuscode':'204'}}|must be a status",
                "{'*':{'overwrite:statuscode':'$context.stage'}}|must be a status",
                "{'*':{'append:header.A':'$request.header.a'}}|response.header, stageVariables and context only",
            })
    void aMappingOfAnswersThatCannotWorkIsRefused(String mapping, String complaint) {
        requireRefused("responseParameters", mapping, complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'origins':[]}|must name an origin",
                "{'origins':['example.org']}|has 'example.org'",
                "{'origins':['https://example.org/']}|an origin is",
                "{'origins':['https://a*.org']}|an origin is",
                "{'origins':['*'],'credentials':true}|act for its visitors",
                "{'origins':['https://a'],'exposed':['*'],'credentials':true}|exposed",
                "{'origins':['https://a'],'methods':['GET POST']}|HTTP cannot say",
                "{'origins':['https://a'],'maxAgeSeconds':-1}|maxAgeSeconds must be",
            })
    void unsafeOrSenselessCorsRulesAreRefused(String cors, String complaint) {
        var json = Json.object().set("cors", Json.parse(cors.replace('\'', '"')));
        Fault fault = assertThrows(Fault.class, () -> DefinitionJson.settings(json));
        assertTrue(fault.text().contains(complaint), fault.text());
    }

    private static void requireRefused(String member, String mapping, String complaint) {
        var json = Json.object().put("route", "GET /{id}");
        json.putObject("backend").put("http", "http://a/");
        json.set(member, Json.parse(mapping.replace('\'', '"')));
        Fault fault = assertThrows(Fault.class, () -> DefinitionJson.route(json));
        assertTrue(fault.text().contains(complaint), fault.text());
    }
}
