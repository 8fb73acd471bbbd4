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
}
