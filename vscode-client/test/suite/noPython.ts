/** Without a server: the message that says so, and the edits, which need none. */
import './edits';
import './environments';
import './interpreters';
import './missingInterpreter';
