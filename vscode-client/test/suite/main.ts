/** With the server. */
import './assists';
import './diagnostics';
import './extract';
import './fixes';
import './graph';
import './menus';
import './runOutdated';
import './untitled';
import './views';
