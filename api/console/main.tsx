import { render } from 'preact';
import { Console } from './console.js';
import './styles.css';

const root = document.getElementById('console');
if (root) render(<Console />, root);
