<?php
// Has a Moodle import a file of questions and mark every answer to them, and prints what it says as JSON.
//
// php moodle.php MOODLE FILE xml|gift : MOODLE is the folder of an installed Moodle, FILE what our export wrote.
//
// Printed is a list with a question each: its name and type, its choices with what is said of each, and every answer that can be
// given, as the places of what is chosen, with the fraction that Moodle's question engine gives. Nothing stays in its database.
define('CLI_SCRIPT', true);
[, $moodle, $file, $format] = $argv;
$file = realpath($file);
require("$moodle/config.php");
require_once($CFG->dirroot . '/lib/questionlib.php');
require_once($CFG->dirroot . '/question/format.php');
require_once($CFG->dirroot . "/question/format/$format/format.php");
require_once($CFG->dirroot . '/course/lib.php');
\core\session\manager::set_user(get_admin());
// Of more choices, each is given by itself.
const MOST_COMBINED = 8;

$transaction = $DB->start_delegated_transaction();
$course = create_course((object) ['fullname' => uniqid('read '), 'shortname' => uniqid('read '), 'category' => 1]);
$context = context_course::instance($course->id);
$category = question_make_default_categories([$context]);
$class = "qformat_$format";
$reader = new $class();
$reader->setCategory($category);
$reader->setContexts([$context]);
$reader->setCourse($course);
$reader->setFilename($file);
$reader->setMatchgrades('error');
$reader->setCatfromfile(true);
$reader->setContextfromfile(false);
$reader->setStoponerror(true);
$reader->set_display_progress(false);
ob_start();
$read = $reader->importpreprocess() && $reader->importprocess() && $reader->importpostprocess();
$said = trim(strip_tags(ob_get_clean()));
if (!$read) {
    fwrite(STDERR, "Moodle does not take the file: $said\n");
    exit(1);
}
$found = [];
foreach ($reader->questionids as $id) {
    $question = question_bank::load_question($id);
    $one = ['name' => $question->name, 'type' => $question->get_type_name(), 'choices' => [], 'marks' => []];
    if ($one['type'] === 'multichoice') {
        $single = $question instanceof qtype_multichoice_single_question;
        foreach (array_values($question->answers) as $answer) {
            $one['choices'][] = [$answer->answer, $answer->feedback];
        }
        foreach (combinations(count($one['choices']), $single) as $chosen) {
            $one['marks'][] = [$chosen, mark($question, $context, $single, $chosen)];
        }
    }
    $found[] = $one;
}
echo json_encode($found, JSON_UNESCAPED_UNICODE);
$DB->force_transaction_rollback();

/** Returns the places of nothing, of each choice by itself, and, of not too many, of every combination of choices. */
function combinations(int $many, bool $single): array {
    if ($single || $many > MOST_COMBINED) {
        return [[], ...array_map(fn($place) => [$place], range(0, $many - 1))];
    }
    $found = [];
    for ($bits = 0; $bits < 2 ** $many; $bits++) {
        $found[] = array_values(array_filter(range(0, $many - 1), fn($place) => $bits >> $place & 1));
    }
    return $found;
}

/** Returns the fraction that the question engine gives to an answer, submitted and finished. */
function mark(question_definition $question, context $context, bool $single, array $chosen): float {
    $usage = question_engine::make_questions_usage_by_activity('core_question_preview', $context);
    $usage->set_preferred_behaviour('deferredfeedback');
    $slot = $usage->add_question($question, 1);
    $usage->start_question($slot);
    $places = array_flip($question->get_order($usage->get_question_attempt($slot)));
    $order = array_map(fn($place) => $places[array_keys($question->answers)[$place]], $chosen);
    $given = $single ? ['answer' => $order[0] ?? -1] : array_fill_keys(array_map(fn($place) => "choice$place", $order), '1');
    $usage->process_action($slot, $given);
    $usage->finish_all_questions();
    return (float) $usage->get_question_fraction($slot);
}
