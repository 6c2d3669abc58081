// Puts a function of yours behind the protocol: java Harness.java. It needs a JDK and nothing else, so it finds what it reads by pattern;
// with a JSON library in your system, use that. Put your own function in the place of home().
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Harness {
    /** The value of a key in a line of JSON, as written there; null if the line has no such key. */
    static String value(String line, String key) {
        Matcher found = Pattern.compile(Pattern.quote("\"" + key + "\":") + "(\"[^\"]*\"|[^,}\\]]*)").matcher(line);
        return found.find() ? found.group(1) : null;
    }

    /** Whether a child who lived in a children's home has died: "met", "not_met", or "undetermined" where it cannot be said yet. */
    static String home(String line) {
        String home = value(line, "home.accommodated_in_childrens_home"), died = value(line, "child.died");
        if ("false".equals(home) || "false".equals(died)) return "not_met";
        return "true".equals(home) && "true".equals(died) ? "met" : "undetermined";
    }

    static String reply(String line) {
        String seq = "{\"seq\":" + value(line, "seq");
        if (line.contains("\"children\":")) return seq + ",\"skipped\":\"several children\"}";
        return seq + ",\"answers\":{\"outcomes\":{\"england.childrens_homes.death\":\"" + home(line) + "\"}}}";
    }

    public static void main(String[] words) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String cmd = value(line, "cmd");
            if ("\"stop\"".equals(cmd)) break;
            System.out.println("\"start\"".equals(cmd) ? "{\"version\":1,\"name\":\"Harness.java\"}" : reply(line));
            System.out.flush();
        }
    }
}
