/** With the server. */
import './diagnostics';
import './extract';
