/** With the server. */
import './diagnostics';
import './extract';
import './fixes';
import './menus';
import './runOutdated';
import './views';
